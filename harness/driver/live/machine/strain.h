// Whether the machine gave a live run the processor time that it asked for: what is measured while it does not is the
// machine's slowness as well as the services'.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "base/time.h"
#include "events/event.h"
#include "fake_services/clients/open_loop.h"

namespace firedrill::driver::live {

// Since when somebody looked last.
struct Strain {
  // From when a thread is due that wants a millisecond of a processor until it has had it, on average: 1 ms and what
  // there is to wait for. 0: none was due in that time.
  double millisecond_takes_s = 0;
  double late_s = 0;  // that one in a hundred requests of clients began behind its time
  bool is_short() const;
  // "a millisecond of a processor took 7.3 ms, and one in a hundred requests began 160 ms late"
  std::string words() const;
};

// A thread that wants a millisecond of a processor ten times a second, as a service does for a request.
class ProcessorProbe {
 public:
  ProcessorProbe();
  ~ProcessorProbe();
  ProcessorProbe(const ProcessorProbe&) = delete;
  ProcessorProbe& operator=(const ProcessorProbe&) = delete;
  // How long it took on average since the last call; 0: it was not due.
  double take();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  double taken_s_ = 0;
  double times_ = 0;
  std::thread thread_;
};

// Tells when the machine begins to be short of processors, and when it no longer is.
class StrainWatch {
 public:
  // Of what was measured up to `t`; nothing if that is no news.
  std::optional<events::Event> look(Time t, const Strain& strain);

 private:
  bool short_ = false;
};

}  // namespace firedrill::driver::live
