#include "cli/commands/drill_list.h"

#include <string>

#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "console/drill/cause_table.h"
#include "console/line/turn.h"

namespace firedrill::cli {

int list_drills(const std::vector<console::DrillFile>& drills, bool as_json) {
  std::vector<std::vector<std::string>> rows{{"DRILL", "DIFFICULTY", "TRAINS"}};
  json::array names;
  for (const console::DrillFile& each : drills) {
    rows.push_back({each.drill.name, each.drill.difficulty, printable(each.drill.trains)});
    names.push_back(
        json::object{{"drill", each.drill.name}, {"difficulty", each.drill.difficulty}, {"trains", each.drill.trains}});
  }
  if (as_json) {
    print_data(write_json(json::object{{"drills", std::move(names)}}, JsonStyle::pretty));
  } else {
    print_out(console::columns(rows));
    print_out(
        "\nA drill is an incident in a simulated production, and you are on call: find out what is wrong, do what "
        "helps, "
        "tell others.\n`firedrill drill NAME --web` begins one in your browser, `firedrill drill NAME` on this "
        "terminal; an "
        "easy one shows you\naround. When you say that it is over you see how it went, beside what nobody's doing and "
        "the "
        "best known response came to.\n\n--surprise picks one, --variant N draws one anew; begin with an easy one.\n");
  }
  return kPassed;
}

int list_kinds() {
  std::vector<std::vector<std::string>> rows;
  for (const console::CauseKind& each : console::cause_table()) {
    rows.push_back({std::string(each.name), std::string(each.doc)});
  }
  print_out(console::columns(rows));
  return kPassed;
}

}  // namespace firedrill::cli
