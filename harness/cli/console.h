// Printing: results on standard output, progress and diagnostics on standard error.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/diagnostic.h"

namespace firedrill::cli {

void print_out(std::string_view text);
void print_err(std::string_view text);

// The diagnostics, then "2 errors, 1 warning" if there are several.
void print_diagnostics(std::span<const Diagnostic> diagnostics);

enum class Colour { none, green, red, yellow, bold, dim };
// The text in a colour, where standard output is a terminal that shows it and NO_COLOR is not set.
std::string coloured(std::string_view text, Colour colour);

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

// SIGINT and SIGTERM end the program at once, whatever it is doing, with exit code 130. Files appear whole or not at
// all, so that nothing half-written stays.
void install_interrupt_handler();
// For the moments in which files are put in their places: from here on the program ends by itself.
void ignore_interrupts();
// Wipes the progress bar, writes the text on standard error and ends the program, whatever else it is doing. Allocates
// nothing, and may be called by any thread.
[[noreturn]] void leave(std::string_view text, int code);
// For a thread that another one, which is leaving, overtakes.
[[noreturn]] void wait_for_the_end();
// Whether some output did not arrive (a full disk behind a redirection): the user must not take silence for success.
bool output_lost();

// How wide the text is on a terminal, in columns of code points; and the text filled up with blanks to `width`.
std::size_t display_width(std::string_view text);
std::string padded(std::string_view text, std::size_t width);

}  // namespace firedrill::cli
