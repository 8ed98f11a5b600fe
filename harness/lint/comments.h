// What the comments of a file switch off:
//
//     # firedrill disable runbook, summary        in the item of a list that it stands in or directly above
//     # firedrill file/disable runbook            anywhere: in the whole file
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "lint/lint.h"

namespace firedrill::lint {

class Comments {
 public:
  explicit Comments(SourcePtr source);  // null: there are none

  // Of what stands in the line: by a comment of the whole file, or of an item around the line.
  bool disabled(std::string_view lint, std::size_t line) const;
  // Of what stands from line `begin` to before `end`, where items are known better than by their indentation: by a
  // comment there, or directly above.
  bool disabled_between(std::string_view lint, std::size_t begin, std::size_t end) const;

  // Warnings of names that are none of `known`.
  Diagnostics unknown(std::span<const LintWords* const> known) const;

 private:
  struct Mention {
    std::string lint;
    Position where;
    bool whole = false;
    std::size_t begin = 0;  // the lines that it is about
    std::size_t end = 0;
  };

  void read(std::size_t line);
  void add(std::string_view name, bool whole, std::size_t line, std::size_t column);
  bool says_something(std::size_t line) const;
  std::size_t indentation(std::size_t line) const;
  bool begins_item(std::size_t line) const;
  std::size_t item_around(std::size_t line) const;
  std::size_t end_of_block(std::size_t line) const;
  std::size_t first_above(std::size_t line) const;

  SourcePtr source_;
  std::vector<std::string_view> lines_;  // without blanks at their ends
  std::vector<Mention> mentions_;
};

// Takes away the warnings of lints that comments of their files switch off.
void leave_out_disabled(Diagnostics& warnings);

}  // namespace firedrill::lint
