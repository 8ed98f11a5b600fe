#include "console/pages/server/feed.h"

#include <algorithm>
#include <chrono>

#include "base/clock.h"
#include "base/text/format.h"

namespace firedrill::console::pages {

struct Feed::Stream {
  explicit Stream(std::shared_ptr<Feed> of) : feed(std::move(of)), began_s(stopwatch_seconds()) {}
  ~Stream() {
    {
      const std::scoped_lock lock(feed->mutex_);
      --feed->streams_;
    }
    feed->changed_.notify_all();
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  std::shared_ptr<Feed> feed;
  double began_s;
  double sent_s = 0;
  std::uint64_t number = 0;
  bool greeted = false;
};

void Feed::publish(std::string state) {
  {
    const std::scoped_lock lock(mutex_);
    if (state == state_) return;
    state_ = std::move(state);
    ++number_;
  }
  changed_.notify_all();
}

std::string Feed::state() const {
  const std::scoped_lock lock(mutex_);
  return state_;
}

std::size_t Feed::streams() const {
  const std::scoped_lock lock(mutex_);
  return streams_;
}

void Feed::close() {
  std::unique_lock lock(mutex_);
  closed_ = true;
  changed_.notify_all();
  changed_.wait_for(lock, std::chrono::duration<double>(kFarewellSeconds), [&] { return streams_ == 0; });
}

std::optional<std::string> Feed::next(Stream& stream) {
  const auto seconds = [](double count) { return std::chrono::duration<double>(std::max(0.0, count)); };
  std::unique_lock lock(mutex_);
  // Much at once is told once.
  changed_.wait_for(lock, seconds(stream.sent_s + kLeastSeconds - stopwatch_seconds()), [&] { return closed_; });
  if (stream.greeted) {
    changed_.wait_for(lock, seconds(kBeatSeconds), [&] { return closed_ || number_ != stream.number; });
  }
  const double now = stopwatch_seconds();
  // What was published last is told before all ends: it says that it does.
  const bool all_told = stream.greeted && number_ == stream.number;
  if ((closed_ && all_told) || now - stream.began_s > kStreamSeconds) return std::nullopt;
  stream.sent_s = now;
  if (stream.greeted && number_ == stream.number) return "event: beat\ndata: \n\n";
  stream.number = number_;
  const std::string hello = stream.greeted ? "" : "retry: 2000\n\n";
  stream.greeted = true;
  return format("{}id: {}\nevent: state\ndata: {}\n\n", hello, number_, state_);
}

http::Response Feed::stream(const std::shared_ptr<Feed>& feed) {
  {
    const std::scoped_lock lock(feed->mutex_);
    if (feed->closed_ || feed->streams_ >= kMostStreams) {
      return {.status = 503, .body = "too many pages are open\n", .headers = {{"Retry-After", "5"}}};
    }
    ++feed->streams_;
  }
  auto stream = std::make_shared<Stream>(feed);
  return {
      .status = 200, .content_type = "text/event-stream", .pieces = [stream] { return stream->feed->next(*stream); }};
}

}  // namespace firedrill::console::pages
