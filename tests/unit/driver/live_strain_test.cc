// What a live run says of the machine that it runs on.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <string>
#include <thread>

#include "driver/live/machine/strain.h"
#include "events/event.h"

namespace firedrill::driver::live {
namespace {

using std::chrono_literals::operator""min;

TEST(Strain, ItBeginsAndEndsOnce) {
  struct Minute {
    Strain strain;
    std::string_view says;
  };
  const std::array minutes{
      Minute{{.millisecond_takes_s = 0.0011, .late_s = 0.001}, ""},
      Minute{{.millisecond_takes_s = 0.0073, .late_s = 0.02},
             "the machine is short of processors: in the last minute a millisecond of a processor took 7.3 ms"},
      Minute{{.millisecond_takes_s = 0.002, .late_s = 0.16}, ""},
      Minute{{.millisecond_takes_s = 0.0012, .late_s = 0.001},
             "the machine has processors enough again: in the last minute a millisecond of a processor took 1.2 ms"},
      Minute{{}, ""},
      Minute{{.millisecond_takes_s = 0.0012, .late_s = 0.16},
             "the machine is short of processors: in the last minute a millisecond of a processor took 1.2 ms, and one "
             "in a hundred requests began 160 ms late"}};
  StrainWatch watch;
  Time t = Time() + 1min;
  for (const Minute& minute : minutes) {
    const auto event = watch.look(t, minute.strain);
    EXPECT_EQ(event ? events::describe(*event) : "", minute.says) << format_clock(t);
    t += 1min;
  }
}

TEST(Strain, AMillisecondTakesAtLeastThat) {
  ProcessorProbe probe;
  EXPECT_EQ(probe.take(), 0) << "none was due";
  std::this_thread::sleep_for(std::chrono::milliseconds(450));
  EXPECT_GE(probe.take(), 0.001);
}

}  // namespace
}  // namespace firedrill::driver::live
