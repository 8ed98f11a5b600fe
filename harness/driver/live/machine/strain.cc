#include "driver/live/machine/strain.h"

#include <ctime>

#include "base/clock.h"
#include "base/text/format.h"

namespace firedrill::driver::live {
namespace {

constexpr auto kBetween = std::chrono::milliseconds(100);
constexpr double kWanted = 0.001;
// Where it takes longer, requests that pass ten threads take a good part of a tenth of a second more.
constexpr double kLongest = 0.005;
// As late as no trial of the traffic lets requests begin (calibration.cc).
constexpr double kLatest = 0.14;
constexpr double kMillisecond = 1000;

double of_thread_s() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  constexpr double kNanosecond = 1e-9;
  return static_cast<double>(now.tv_sec) + kNanosecond * static_cast<double>(now.tv_nsec);
}

}  // namespace

bool Strain::is_short() const {
  return millisecond_takes_s > kLongest || late_s > kLatest;
}

std::string Strain::words() const {
  std::string out;
  if (millisecond_takes_s > 0) {
    out = format("a millisecond of a processor took {:.1f} ms", kMillisecond * millisecond_takes_s);
  }
  if (late_s > kLatest) {
    out +=
        format("{}one in a hundred requests began {:.0f} ms late", out.empty() ? "" : ", and ", kMillisecond * late_s);
  }
  return out;
}

ProcessorProbe::ProcessorProbe() : thread_([this] { run(); }) {}

ProcessorProbe::~ProcessorProbe() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

double ProcessorProbe::take() {
  const std::lock_guard lock(mutex_);
  const double mean = times_ > 0 ? taken_s_ / times_ : 0;
  taken_s_ = times_ = 0;
  return mean;
}

void ProcessorProbe::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    const double due = stopwatch_seconds() + std::chrono::duration<double>(kBetween).count();
    if (changed_.wait_for(lock, kBetween, [this] { return ending_; })) return;
    lock.unlock();
    const double until = of_thread_s() + kWanted;
    while (of_thread_s() < until) {
    }
    const double took = stopwatch_seconds() - due;
    lock.lock();
    taken_s_ += took;
    times_ += 1;
  }
}

std::optional<events::Event> StrainWatch::look(Time t, const Strain& strain) {
  if (strain.is_short() == short_) return std::nullopt;
  short_ = !short_;
  events::Event event{.t = t,
                      .kind = short_ ? events::EventKind::machine_short : events::EventKind::machine_enough,
                      .subject = "the machine",
                      .fields = {}};
  event.with("reason", strain.words());
  return event;
}

}  // namespace firedrill::driver::live
