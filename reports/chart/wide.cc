#include "reports/chart/wide.h"

#include "base/text/format.h"
#include "reports/escape.h"

namespace firedrill::reports {

std::string scrolled(Wide kind, std::string_view name, const std::string& body) {
  const std::string_view css = kind == Wide::table ? "of-table" : kind == Wide::chart ? "of-chart" : "of-lanes";
  // Hidden without the style sheet too.
  return format(
      "<div class=\"{}\"><p class=\"swipe\" hidden=\"\"><span aria-hidden=\"true\">↔</span> Wider than the screen: "
      "scroll "
      "it sideways.</p><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">{}</div></div>",
      css, escape_markup(name), body);
}

}  // namespace firedrill::reports
