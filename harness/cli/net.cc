#include "cli/net.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <new>
#include <string_view>

#include "base/bounds/activity.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "cli/console.h"
#include "cli/exit_code.h"

namespace firedrill::cli {
namespace {

constexpr Duration kInterval = 20ms;

// A text in memory that is there already: there may be no more.
class Message {
 public:
  void add(std::string_view text) {
    const std::size_t count = std::min(text.size(), text_.size() - size_);
    std::copy_n(text.data(), count, text_.data() + size_);
    size_ += count;
  }
  // What comes from outside must not reach a terminal as anything but plain characters.
  void add_foreign(std::string_view text) {
    for (const char c : text.substr(0, kLongestName))
      add(c < ' ' || c > '~' ? std::string_view("?") : std::string_view(&c, 1));
  }
  void add(std::size_t number) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    add(std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
  }
  void add(const Position& where) {
    add_foreign(where.source != nullptr ? std::string_view(where.source->name) : std::string_view("?"));
    if (where.line == 0) return;
    add(":");
    add(where.line);
    add(":");
    add(where.column);
  }
  std::string_view text() const { return {text_.data(), size_}; }

 private:
  static constexpr std::size_t kLongestName = 300;
  std::array<char, 4096> text_{};
  std::size_t size_ = 0;
};

// "firedrill: error: rules.yaml:4:5: what", what else is at work, and the remedy.
void say(Message& message, std::string_view what, std::string_view detail, std::string_view remedy) {
  std::array<Activity::Saying, 4> at_work;
  const std::size_t found = Activity::everywhere(at_work);
  const auto* const end = at_work.begin() + found;
  const auto* const place =
      std::find_if(at_work.cbegin(), end, [](const Activity::Saying& each) { return each.where != nullptr; });
  message.add("firedrill: error: ");
  if (place != end) {
    message.add(*place->where);
    message.add(": ");
  }
  message.add(what);
  message.add(detail);
  if (place == end && found > 0) {
    message.add(", while ");
    message.add(at_work[0].doing);
  }
  message.add("\n");
  for (const auto* each = at_work.begin(); each != end; ++each) {
    if (each == place || each->where == nullptr) continue;
    message.add("      = also at work: ");
    message.add(*each->where);
    message.add("\n");
  }
  message.add("      = help: ");
  message.add(remedy);
  message.add("\n");
}

// Another thread may be at it already; it ends the program for both.
void begin_to_leave() {
  static constinit std::atomic<bool> leaving = false;
  if (leaving.exchange(true)) wait_for_the_end();
}

[[noreturn]] void refuse_memory() {
  static constinit Message message;
  begin_to_leave();
  say(message, "the system gives no more memory", "",
      "make the inputs smaller, or raise the limit that it is run under (ulimit -v, a container's memory)");
  leave(message.text(), kBadInput);
}

}  // namespace

void install_memory_handler() {
  std::set_new_handler(refuse_memory);
}

std::string describe_bytes(std::uint64_t bytes) {
  constexpr std::uint64_t kMiB = 1 << 20;
  constexpr std::uint64_t kGiB = 1 << 30;
  if (bytes >= kGiB && bytes % kGiB == 0) return format("{} GiB", bytes / kGiB);
  if (bytes >= kGiB) return format("{:.1f} GiB", static_cast<double>(bytes) / static_cast<double>(kGiB));
  if (bytes >= kMiB) return format("{} MiB", bytes / kMiB);
  return format("{} bytes", bytes);
}

Net::Net(Duration timeout, std::uint64_t max_memory)
    : begun_(stopwatch_seconds()),
      timeout_(timeout),
      max_memory_(max_memory),
      timeout_text_(format_duration(timeout)),
      memory_text_(describe_bytes(max_memory)) {
  if (timeout_ > Duration(0) || max_memory_ > 0) watch_ = std::make_unique<Periodic>(kInterval, [this] { look(); });
}

Net::~Net() = default;

void Net::stop_time() {
  stopped_at_ = stopwatch_seconds();
}

void Net::go_on_with_time() {
  const double stopped_at = stopped_at_;
  if (stopped_at == 0) return;
  not_counted_ = not_counted_ + stopwatch_seconds() - stopped_at;
  stopped_at_ = 0;  // last: whoever looks meanwhile takes it for stopped
}

bool Net::is_late() const {
  if (timeout_ <= Duration(0) || stopped_at_ != 0) return false;
  return stopwatch_seconds() - begun_ - not_counted_ > to_seconds(timeout_);
}

void Net::look() const {
  const bool late = is_late();
  const bool large = max_memory_ > 0 && size_.now().value_or(0) > max_memory_;
  if (!late && !large) return;
  static constinit Message message;
  begin_to_leave();
  if (large) {
    say(message, "the command holds more memory than ", memory_text_,
        "make the inputs smaller, or allow more with --max-memory, as --max-memory 8GiB; 0 is no bound");
  } else {
    say(message, "the command takes longer than ", timeout_text_,
        "make the inputs smaller, or allow more with --timeout, as --timeout 2h; 0 is no bound");
  }
  leave(message.text(), kBadInput);
}

}  // namespace firedrill::cli
