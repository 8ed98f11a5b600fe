// What a drill came to that somebody worked, line by line.
#include "base/text/format.h"
#include "record/clock.h"
#include "record/record.h"
#include "reports/escape.h"
#include "reports/html/sections.h"
#include "reports/words.h"

namespace firedrill::reports::html {

std::string score(const record::Record& record) {
  if (!record.drill || record.drill->score.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  for (const record::ScoreLine& line : record.drill->score) {
    rows.push_back({format("<strong>{}</strong>", escape_markup(line.aspect)), points_words(line),
                    line.at ? clock_of(record, *line.at) : "–", escape_markup(sentence_case(line.why))});
  }
  return section("score", "Score",
                 "How whoever worked the drill did, each line with its reason. How much is enough is for them to say.",
                 table({"what counts", "points", "at", "why"}, rows, "first-narrow wide-text"));
}

}  // namespace firedrill::reports::html
