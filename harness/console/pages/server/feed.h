// What pages that are open are told: that something is new, and the time. A stream of server-sent events each, of which
// there are so many and no more, and none is for ever.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "http/message.h"

namespace firedrill::console::pages {

class Feed {
 public:
  static constexpr std::size_t kMostStreams = 24;
  static constexpr double kBeatSeconds = 5;      // at the latest something is sent, so that both sides know
  static constexpr double kStreamSeconds = 600;  // then it ends, and the page asks for the next one
  static constexpr double kLeastSeconds = 0.4;   // between two messages
  static constexpr double kFarewellSeconds = 1;  // that the last message has, to reach who takes it

  // What pages are to know now, as JSON on one line. Any thread.
  void publish(std::string state);
  std::string state() const;
  // How many streams are open.
  std::size_t streams() const;
  // Every stream ends once it has told what was published last, and no further one begins. Waits for them a while.
  void close();

  // A response in pieces; where there are too many already, 503.
  static http::Response stream(const std::shared_ptr<Feed>& feed);

 private:
  struct Stream;
  // Waits for what is newer than that number; nothing: it is over.
  std::optional<std::string> next(Stream& stream);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string state_ = "{}";
  std::uint64_t number_ = 0;
  std::size_t streams_ = 0;
  bool closed_ = false;
};

}  // namespace firedrill::console::pages
