// One screen that answers "what is going on?".
#include "console/pages/charts.h"
#include "console/pages/map.h"
#include "console/pages/page_table.h"
#include "console/pages/panels.h"
#include "console/pages/signal_table.h"

namespace firedrill::console::pages {
namespace {

std::string page_title(const View& /*view*/) {
  return "What is going on";
}

Html charts_of_all(const View& view) {
  Html out;
  for (const SignalSpec& signal : overview_signals()) {
    out += chart(view, {.id = format("all-{}", signal.id),
                        .title = std::string(signal.title),
                        .unit = signal.unit,
                        .expression = expression_of(signal, ""),
                        .each = signal.each});
  }
  return out.empty() ? html(R"(<p class="quiet">Nothing was scraped in that time.</p>)")
                     : html(R"(<div class="charts">{}</div>)", out);
}

Html page_body(const View& view) {
  Html out = headline(view) + html(R"(<div class="two">)") + pager(view) + alert_list(view) + html("</div>");
  out += panel(
      "map", "Services",
      service_map(view) +
          html(
              R"(<p class="quiet">How each is now: by its replicas that are ready, and by its errors of the last five minutes. None ready, or more than half of what it answers an error: down; a replica missing, or more than 1 % errors: degraded.</p>)") +
          html(
              R"(<details id="map-table"><summary>The same as a table, each number with what it is made of</summary>{}</details>)",
              service_table(view)));
  out += panel("signals", "Golden signals", charts_of_all(view),
               window_bar(view.window, view.session(), view.below + "/", {}));
  out += panel("health-panel", "Health over time", health_over_time(view));
  out += html(R"(<div class="two">)") + news_list(view, 12) +
         panel("changes", "Changes", change_list(view, "", 8), html(R"(<a href="{}">all</a>)", view.to("/changes"))) +
         html("</div>");
  return out;
}

std::string page_looks(const View& /*view*/) {
  return "pages\nalerts\nmap";
}

}  // namespace

PageSpec overview_page() {
  return {.path = "/", .nav = "Now", .title = page_title, .body = page_body, .looks = page_looks};
}

}  // namespace firedrill::console::pages
