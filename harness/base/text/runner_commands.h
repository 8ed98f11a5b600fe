// CI runners read what a step prints and obey some of it. GitHub's takes a line that begins, after blanks, with "::"
// for a command ("::error::", "::stop-commands::"), and "##[" anywhere in a line for one in its old form; Azure takes
// "##[" and
// "##vso[", TeamCity "##teamcity[".
#pragma once

#include <string>
#include <string_view>

namespace firedrill {

// Follows a text and says where a command would begin, so that its writer can break it there.
class RunnerCommands {
 public:
  // Takes the next character, all its bytes. True: with it a command has begun, ":" or "[" being its last character,
  // and something must be written before it, or in its place. The text then counts as broken.
  bool completed_by(std::string_view character);

 private:
  bool at_start_ = true;  // of a line, with nothing but blanks in it yet
  bool colon_ = false;    // and a colon
  int hashes_ = 0;        // up to two, before the word
  std::string word_;
};

// Whether a command begins somewhere in the text, if it stands at a line's start or, else, behind other text.
bool holds_command(std::string_view text, bool at_line_start);

}  // namespace firedrill
