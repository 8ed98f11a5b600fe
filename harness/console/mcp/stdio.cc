#include "console/mcp/stdio.h"

#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace firedrill::console::mcp {
namespace {

constexpr std::size_t kMostWaiting = 256;  // lines
constexpr std::size_t kChunk = 64 * 1024;
constexpr Duration kLook{200};  // how often it is looked whether it is to end

// A request on its way: its id as JSON, by which it is taken back.
struct Waiting {
  std::string line;
  std::string id;  // empty: it has none, or is no single request
};

// What notifications/cancelled names; empty: the line is something else.
std::string cancelled_by(const Message& message) {
  if (message.kind != Message::Kind::notification || message.method != "notifications/cancelled") return {};
  const json::value* id = message.params.if_contains("requestId");
  return id == nullptr ? std::string() : write_json(*id, JsonStyle::compact);
}

class Mailbox {
 public:
  // Waits while too many are there.
  void put(std::string line) {
    Waiting next{std::move(line), {}};
    if (const auto value = parse_line(next.line)) {
      const auto message = parse_message(*value);
      if (message && message->kind == Message::Kind::request) next.id = write_json(message->id, JsonStyle::compact);
      if (message && take_back(cancelled_by(*message))) return;
    }
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return closed_ || waiting_.size() < kMostWaiting; });
    if (closed_) return;
    waiting_.push_back(std::move(next));
    come_.notify_one();
  }
  void end() {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    come_.notify_one();
  }
  // Nothing: nothing more comes, or nobody wants it.
  std::optional<Waiting> take(const Stopped& interrupted) {
    std::unique_lock lock(mutex_);
    while (!come_.wait_for(lock, kLook, [this] { return ended_ || !waiting_.empty(); })) {
      if (interrupted()) return std::nullopt;
    }
    if (waiting_.empty() || interrupted()) return std::nullopt;
    Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    current_ = next.id;
    stopped_ = false;
    room_.notify_one();
    return next;
  }
  // What still comes is of no use.
  void close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    room_.notify_all();
  }
  bool closed() {
    const std::scoped_lock lock(mutex_);
    return closed_;
  }
  bool stopped() const { return stopped_; }

 private:
  // What is worked on ends when it looks; what waits is forgotten. Anything else has been answered.
  bool take_back(const std::string& id) {
    if (id.empty()) return false;
    const std::scoped_lock lock(mutex_);
    if (id == current_) stopped_ = true;
    std::erase_if(waiting_, [&](const Waiting& each) { return each.id == id; });
    room_.notify_one();
    return true;
  }

  std::mutex mutex_;
  std::condition_variable come_, room_;
  std::deque<Waiting> waiting_;
  std::string current_;
  std::atomic<bool> stopped_ = false;
  bool ended_ = false;   // the input
  bool closed_ = false;  // by whoever takes
};

bool write_all(int output, std::string_view text) {
  while (!text.empty()) {
    const ssize_t done = ::write(output, text.data(), text.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

// Lines, without their ends. One that is longer than any message is passed on cut, which is refused as too long.
void read_lines(int input, Mailbox& box) {
  std::string buffer, chunk(kChunk, '\0');
  bool skipping = false;
  while (!box.closed()) {
    pollfd look{.fd = input, .events = POLLIN, .revents = 0};
    if (::poll(&look, 1, static_cast<int>(kLook.count())) <= 0) continue;
    const ssize_t got = ::read(input, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    for (std::string_view rest(chunk.data(), static_cast<std::size_t>(got)); !rest.empty();) {
      const auto end = rest.find('\n');
      if (!skipping) buffer += rest.substr(0, end);
      if (!skipping && buffer.size() > kLongestMessage) {
        skipping = true;
        box.put(buffer.substr(0, kLongestMessage + 1));
      }
      if (end == rest.npos) break;
      rest.remove_prefix(end + 1);
      if (!skipping && buffer.ends_with('\r')) buffer.pop_back();
      if (!skipping && !buffer.empty()) box.put(buffer);
      buffer.clear();
      skipping = false;
    }
  }
  box.end();
}

}  // namespace

bool serve(Toolbox& tools, int input, int output, const Stopped& interrupted) {
  Mailbox box;
  Server server(tools);
  std::thread reader([&] { read_lines(input, box); });
  bool written = true;
  while (written) {
    const auto next = box.take(interrupted);
    if (!next) break;
    const auto answer = server.answer(next->line, [&] { return box.stopped() || interrupted(); });
    if (answer) written = write_all(output, *answer + "\n");
  }
  box.close();
  reader.join();
  return written;
}

}  // namespace firedrill::console::mcp
