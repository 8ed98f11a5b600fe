#include "cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "base/text/escape.h"
#include "base/text/format.h"
#include "cli/exit_code.h"

namespace firedrill::cli {
namespace {

int lost = 0;
volatile std::sig_atomic_t bar_shown = 0;
volatile std::sig_atomic_t held = 0;
volatile std::sig_atomic_t pending = 0;
volatile std::sig_atomic_t written = 0;
std::atomic<void (*)()> leaving_hook = nullptr;
static_assert(std::atomic<void (*)()>::is_always_lock_free, "a signal's handler reads it");

void call_leaving_hook() {
  if (void (*const hook)() = leaving_hook.load()) hook();
}

// What a handler may call: no more than write.
bool say_why_it_ends() {
  constexpr std::string_view kWipe = "\r\x1b[K";
  constexpr std::string_view kNothing = "firedrill: interrupted; no file was written\n";
  constexpr std::string_view kAfter = "firedrill: interrupted, after the files had been written\n";
  constexpr std::string_view kSome = "firedrill: interrupted; what had ended by then is written, the rest is not\n";
  const std::string_view said = written == 0 ? kNothing : written == 1 ? kAfter : kSome;
  if (bar_shown != 0 && ::write(STDERR_FILENO, kWipe.data(), kWipe.size()) < 0) return false;
  return ::write(STDERR_FILENO, said.data(), said.size()) >= 0;
}

extern "C" void stop(int) {
  pending = 1;
  if (held != 0) return;
  call_leaving_hook();
  // Nothing can be done if standard error is gone.
  (void)say_why_it_ends();
  ::_exit(kInterrupted);
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  ::sigaction(signal, &action, nullptr);
}

bool wants_colour() {
  static const bool wanted = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  return wanted;
}

std::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::none:
      return "";
    case Colour::green:
      return "\x1b[32m";
    case Colour::red:
      return "\x1b[31m";
    case Colour::yellow:
      return "\x1b[33m";
    case Colour::bold:
      return "\x1b[1m";
    case Colour::dim:
      return "\x1b[2m";
  }
  return "";
}

// What stands in the line that each stream is at.
RunnerCommands out_line;
RunnerCommands err_line;

void write_out(std::string_view bytes) {
  errno = 0;
  const bool taken = std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size();
  const bool flushed = std::fflush(stdout) == 0;
  if ((!taken || !flushed) && lost == 0) lost = errno != 0 ? errno : EIO;
}

void write_err(std::string_view bytes) {
  std::fwrite(bytes.data(), 1, bytes.size(), stderr);
  std::fflush(stderr);
}

// Its first columns, a code point each.
std::string cut_at(std::string_view text, std::size_t width) {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (begins && columns++ == width) return std::string(text.substr(0, i));
  }
  return std::string(text);
}

std::string counted(std::size_t count, std::string_view noun) {
  return format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

void print_out(std::string_view text) {
  write_out(harmless_lines(text, out_line));
}

void print_err(std::string_view text) {
  write_err(harmless_lines(text, err_line));
}

void print_data(std::string_view text) {
  write_out(text);
}

void print_commands(std::string_view text) {
  write_err(text);
}

void print_out(std::initializer_list<Coloured> pieces) {
  std::string out;
  for (const auto& [text, colour] : pieces) {
    const bool shown = wants_colour() && colour != Colour::none;
    if (shown) out += code_of(colour);
    out += harmless_lines(text, out_line);
    if (shown) out += "\x1b[0m";
  }
  write_out(out);
}

void print_diagnostics(std::span<const Diagnostic> diagnostics) {
  print_err(render(diagnostics));
  if (diagnostics.size() < 2) return;
  const auto is_error = [](const Diagnostic& d) { return d.severity == Severity::error; };
  const auto errors = static_cast<std::size_t>(std::ranges::count_if(diagnostics, is_error));
  const std::size_t warnings = diagnostics.size() - errors;
  std::string summary = errors > 0 ? counted(errors, "error") : "";
  if (warnings > 0) summary += (summary.empty() ? "" : ", ") + counted(warnings, "warning");
  print_err(summary + "\n");
}

ProgressBar::ProgressBar() : enabled_(::isatty(STDERR_FILENO) == 1) {}
ProgressBar::~ProgressBar() {
  clear();
}

void ProgressBar::show(double share, std::string_view label) {
  const int percent = static_cast<int>(std::clamp(share, 0.0, 1.0) * 100);
  if (!enabled_ || percent == shown_) return;
  shown_ = percent;
  bar_shown = 1;
  const int filled = percent * 30 / 100;
  write_err(format("\r[{}{}] {:3} %  {}\x1b[K", std::string(filled, '='), std::string(30 - filled, ' '), percent,
                   printable(label)));
}

void ProgressBar::clear() {
  if (!enabled_ || shown_ < 0) return;
  write_err("\r\x1b[K");
  bar_shown = 0;
  shown_ = -1;
}

StatusBlock::StatusBlock() : enabled_(::isatty(STDERR_FILENO) == 1) {}
StatusBlock::~StatusBlock() {
  clear();
}

void StatusBlock::show(const std::vector<std::string>& lines) {
  if (!enabled_ || lines == shown_) return;
  clear();
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  const std::size_t width = known ? size.ws_col : 80;
  // The cursor stands below them: what scrolled away could not be wiped.
  rows_ = known && size.ws_row > 0 ? std::min<std::size_t>(lines.size(), size.ws_row - 1) : lines.size();
  std::string text;
  for (const std::string& line : std::span(lines).first(rows_)) {
    text += cut_at(harmless_lines(line, err_line), width) + "\n";
  }
  write_err(text);
  shown_ = lines;
}

void StatusBlock::print_above(std::string_view line) {
  const std::vector<std::string> again = shown_;
  clear();
  print_err(format("{}\n", line));
  if (!again.empty()) show(again);
}

void StatusBlock::clear() {
  if (shown_.empty()) return;
  if (rows_ > 0) write_err(format("\x1b[{}A\r\x1b[J", rows_));
  shown_.clear();
}

void install_signal_handlers() {
  handle(SIGINT, stop);
  handle(SIGTERM, stop);
  // nohup's word is that the program outlives its terminal.
  struct sigaction before{};
  if (::sigaction(SIGHUP, nullptr, &before) != 0 || before.sa_handler != SIG_IGN) handle(SIGHUP, stop);
  handle(SIGPIPE, SIG_IGN);
  handle(SIGXFSZ, SIG_IGN);
}

SignalsHeld::SignalsHeld() {
  held = held + 1;
}
SignalsHeld::~SignalsHeld() {
  held = held - 1;
}

void on_leaving(void (*hook)()) {
  leaving_hook = hook;
}

void leave(std::string_view text, int code) {
  call_leaving_hook();
  constexpr std::string_view kWipe = "\r\x1b[K";
  // Nothing can be done if standard error is gone.
  if (bar_shown != 0 && ::write(STDERR_FILENO, kWipe.data(), kWipe.size()) < 0) ::_exit(code);
  if (::write(STDERR_FILENO, text.data(), text.size()) < 0) ::_exit(code);
  ::_exit(code);
}

void wait_for_the_end() {
  while (true) ::pause();
}

bool interrupted() {
  return pending != 0;
}

void say_interrupted() {
  (void)say_why_it_ends();
}

void files_are_written() {
  written = 1;
}

void some_files_are_written() {
  written = 2;
}

void others_are_not_written() {
  if (written != 0) written = 2;
}

int output_lost() {
  return lost;
}

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t have = display_width(text);
  return std::string(text) + std::string(width > have ? width - have : 0, ' ');
}

}  // namespace firedrill::cli
