// Printing: results on standard output, progress and diagnostics on standard error. Nothing else in firedrill prints,
// and whatever a text from outside holds, what comes out here acts on no terminal and commands no CI runner.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace firedrill::cli {

// Text for people: harmful characters (base/text/harmful.h) become blanks or U+FFFD, and what would begin a runner's
// command is broken by a backslash. Line feeds are ours: who puts text from outside into a line makes it `printable`.
void print_out(std::string_view text);
void print_err(std::string_view text);

// Data for programs, byte for byte: of a format whose own escapes keep it harmless.
void print_data(std::string_view text);
// The same on standard error: commands to a CI runner, which reads both.
void print_commands(std::string_view text);

// The diagnostics, then "2 errors, 1 warning" if there are several.
void print_diagnostics(std::span<const Diagnostic> diagnostics);

enum class Colour { none, green, red, yellow, bold, dim };
// Shown in its colour where standard output is a terminal and NO_COLOR is not set.
struct Coloured {
  std::string text;
  Colour colour = Colour::none;
};
void print_out(std::initializer_list<Coloured> pieces);

// "[=====>     ] 42 %  13:41:00" on standard error, rewritten in place, on a terminal only; no more often than the
// share changes by a percent.
class ProgressBar {
 public:
  ProgressBar();
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  void show(double share, std::string_view label);
  // Wipes the bar, so that other lines can follow.
  void clear();

 private:
  bool enabled_;
  int shown_ = -1;
};

// Some lines on standard error that say how things stand, rewritten in place below what else is printed there; on a
// terminal only.
class StatusBlock {
 public:
  StatusBlock();
  ~StatusBlock();
  StatusBlock(const StatusBlock&) = delete;
  StatusBlock& operator=(const StatusBlock&) = delete;
  bool on_terminal() const { return enabled_; }
  // Lines without line ends; each is cut at the terminal's width, and so many are shown as it has rows for, the first.
  void show(const std::vector<std::string>& lines);
  // A line that stays, above them; on standard error, terminal or not.
  void print_above(std::string_view line);
  // Wipes them.
  void clear();

 private:
  bool enabled_;
  std::vector<std::string> shown_;
  std::size_t rows_ = 0;  // that they take
};

// SIGINT, SIGTERM and SIGHUP end the program at once, whatever it is doing, with exit code 130; they say whether files
// were written. A write that fails for want of a reader or of room ends nothing: it is an error like others.
void install_signal_handlers();
// While it lives, a signal only asks for an end: files are being put in their places, which takes milliseconds.
class SignalsHeld {
 public:
  SignalsHeld();
  ~SignalsHeld();
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
};
// Whether a signal came while it was held. Whoever is asked to end says so once at the end.
bool interrupted();
void say_interrupted();
// From here on there are files of this command.
void files_are_written();
// From here on there are some of them, and others are still to come.
void some_files_are_written();
// Others that were to come will not, whether or not there are some.
void others_are_not_written();

// Called before the program ends early, by a signal or by leave(), perhaps within the signal's handler: it may do no
// more than that allows (signal-safety(7)), as end processes that would outlive it.
void on_leaving(void (*hook)());

// Wipes the progress bar, writes the text on standard error and ends the program, whatever else it is doing. Allocates
// nothing, and may be called by any thread.
[[noreturn]] void leave(std::string_view text, int code);
// For a thread that another one, which is leaving, overtakes.
[[noreturn]] void wait_for_the_end();
// Whether some output did not arrive (a full disk behind a redirection, a reader that has ended): the user must not
// take silence for success. The error is an errno; 0: everything arrived.
int output_lost();

// How wide the text is on a terminal, in columns of code points; and the text filled up with blanks to `width`.
std::size_t display_width(std::string_view text);
std::string padded(std::string_view text, std::size_t width);

}  // namespace firedrill::cli
