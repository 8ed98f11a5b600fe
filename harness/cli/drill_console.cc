#include "cli/drill_console.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "cli/console.h"
#include "console/agent/work.h"
#include "console/lesson.h"
#include "console/line/drill_lines.h"
#include "console/line/turn.h"

namespace firedrill::cli {
namespace {

// How often the clock of a drill is looked at whose time goes on by itself.
constexpr int kTickMs = 250;

// Lines of standard input. A line without an end at the end of the input counts; of one that is longer than lines may
// be, as much is kept as shows that it is.
class LineReader {
 public:
  // Nothing: none has come within that time, or the input has ended; below 0: however long it takes.
  std::optional<std::string> next(int patience_ms) {
    for (;;) {
      const std::size_t end = buffer_.find('\n');
      if (end != std::string::npos) return take(end);
      if (buffer_.size() > 2 * console::kLongestLine) buffer_.resize(2 * console::kLongestLine);
      if (ended_ && buffer_.empty()) return std::nullopt;
      if (ended_) return take(std::string::npos);
      pollfd polled{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
      // A signal between this look and the wait is seen at the next look.
      const int found = ::poll(&polled, 1, patience_ms < 0 ? kTickMs : std::min(patience_ms, kTickMs));
      if (interrupted()) {
        buffer_.clear();
        ended_ = true;
        return std::nullopt;
      }
      if (found == 0 && patience_ms < 0) continue;
      if (found == 0) return std::nullopt;
      if (found < 0 && errno == EINTR) continue;
      std::array<char, 4096> part{};
      const ssize_t got = ::read(STDIN_FILENO, part.data(), part.size());
      if (got > 0) buffer_.append(part.data(), static_cast<std::size_t>(got));
      if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) ended_ = true;
    }
  }
  bool ended() const { return ended_ && buffer_.empty(); }

 private:
  std::string take(std::size_t end) {
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end == std::string::npos ? end : end + 1);
    return line;
  }

  std::string buffer_;
  bool ended_ = false;
};

class Console {
 public:
  Console(console::Game& game, ConsoleOptions options)
      : game_(game),
        options_(options),
        terminal_(::isatty(STDIN_FILENO) != 0),
        teaches_(!options.json && console::teaches(game.drill())) {}

  bool run() {
    const SignalsHeld held;  // what was done is written down by whoever called this
    if (options_.json) print_data(console::greeting(game_) + "\n");
    if (!game_.over()) ask();
    double looked_at = stopwatch_seconds();
    while (!game_.over()) {
      const auto line = reader_.next(options_.speed > 0 ? kTickMs : -1);
      const double now = stopwatch_seconds();
      if (options_.speed > 0) go_on(now - looked_at);
      looked_at = now;
      if (line) take(*line);
      if (!line && reader_.ended()) return false;
      if (line && !game_.over()) ask();
    }
    return true;
  }

 private:
  // The clock goes on: what comes stands above a new prompt.
  void go_on(double seconds) {
    game_.pass(from_seconds(seconds * options_.speed));
    const std::string news = options_.json ? std::string() : game_.take_news();
    if (news.empty()) return;
    print_out("\n" + news);
    ask();
  }

  // For the next line; above it stands what is to be done next, where that has changed.
  void ask() {
    if (teaches_) teach();
    prompt();
  }

  void teach() {
    const auto next = console::lesson_of(game_);
    if (!next || next->number == taught_) return;
    if (taught_ != 0) print_out("\n");
    taught_ = next->number;
    print_out(format("step {} of {}: {}\n  {}\n\n", next->number, next->of, next->what, next->by_lines));
  }

  void prompt() {
    if (!options_.json) print_out(format("{}> ", format_clock(game_.session().now())));
  }

  // How time goes on is the console's matter alone.
  bool set_pace(std::string_view word) {
    if (word == "pause" || word == "paused")
      options_.speed = 0;
    else if (word == "real")
      options_.speed = 1;
    else if (word == "x10" || word == "×10")
      options_.speed = 10;
    else if (word == "x60" || word == "×60")
      options_.speed = 60;
    else
      return false;
    return true;
  }

  static std::string of_console() {
    return "console:\n" +
           console::columns({{"  guide", "what is to be done next, step by step; once more: no more of it"},
                             {"  real | x10 | x60", "time goes on by itself, as fast"},
                             {"  pause", "time stands still between commands"}});
  }

  // So is whether it teaches.
  bool set_guide(std::string_view word) {
    if (word != "guide" || options_.json) return false;
    teaches_ = !teaches_;
    taught_ = 0;
    return true;
  }

  void take(const std::string& line) {
    // Of a pipe what was asked stands before its answer.
    if (!options_.json && !terminal_) print_out(printable(line) + "\n");
    const bool paced = set_pace(console::trimmed(line));
    const bool guided = set_guide(console::trimmed(line));
    const auto wrong = options_.json ? std::nullopt : console::refused_behind_own_word(line);
    // Nothing is taken by an empty line: the answer has what is new.
    console::Answer answer = game_.take(paced || guided || wrong ? std::string_view() : std::string_view(line));
    if (wrong) answer.text += wrong->text;
    if (!options_.json && console::trimmed(line) == "help") answer.text += of_console();
    if (!options_.json && answer.ok) answer.text += console::told_of_end(console::trimmed(line), game_.over());
    if (guided && !teaches_) answer.text += "nothing more is taught\n";
    if (paced) answer.text += options_.speed > 0 ? "time goes on by itself\n" : "time stands still between commands\n";
    if (options_.json) {
      json::object data = answer.data.as_object();
      data["text"] = answer.text;
      std::string out = write_json(data, JsonStyle::compact);
      if (!out.ends_with('\n')) out += '\n';
      print_data(out);
    } else {
      print_out(answer.text);
    }
  }

  console::Game& game_;
  ConsoleOptions options_;
  bool terminal_;
  bool teaches_;
  int taught_ = 0;  // the step of the lesson that was told last
  LineReader reader_;
};

}  // namespace

bool run_console(console::Game& game, ConsoleOptions options) {
  return Console(game, options).run();
}

}  // namespace firedrill::cli
