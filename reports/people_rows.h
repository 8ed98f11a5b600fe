// What reports say of people, by what they were called as, and of what they did: rows of plain texts, no names.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "record/record.h"

namespace firedrill::reports {

// The pages of one tier in the judged time.
struct RoleRow {
  std::string role;
  std::size_t pages = 0;
  std::size_t at_night = 0;  // between 22:00 and 07:00 by the clocks of the first schedule
  std::size_t acknowledged = 0;
  std::size_t of_no_incident = 0;  // with alerts that belong to none
};
std::vector<RoleRow> role_rows(const record::Record& record);

// What somebody did, and whether it helped.
struct ActionRow {
  enum class Outcome { helped, vain, open };
  Outcome outcome = Outcome::open;
  std::string at;    // "14:15:30"
  std::string by;    // the role
  std::string what;  // "shed_load web share=50%"
  std::string why;   // what was measured, and when that was seen
};
std::vector<ActionRow> action_rows(const record::Record& record);

// "3 pages, 2 of them at night; 4 actions, 1 of which helped."
std::string people_headline(const record::Record& record);

}  // namespace firedrill::reports
