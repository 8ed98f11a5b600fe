// What reports say of people, by what they were called as, and of what they did: rows of plain texts, no names.
#pragma once

#include <string>
#include <vector>

#include "record/record.h"

namespace firedrill::reports {

// The pages of one shift in the judged time.
struct ShiftRow {
  std::string role;
  std::string since;  // "09:00:00", or "before the run"
  int pages = 0;
  int at_night = 0;
  int of_no_incident = 0;
  int not_acted_on = 0;
  int acknowledged = 0;
};
std::vector<ShiftRow> shift_rows(const record::Record& record);

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

// "3 pages, 2 of them at night, 1 on which nobody acted; 4 actions, 1 of which helped; 1 declaration."
std::string people_headline(const record::Record& record);

}  // namespace firedrill::reports
