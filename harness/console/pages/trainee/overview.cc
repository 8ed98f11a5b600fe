// One screen that answers "what is going on?".
#include <algorithm>

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

bool calls(const Session& session) {
  return std::ranges::any_of(session.pages(), [](const Page& page) {
    return page.state == Page::State::calling || page.state == Page::State::unanswered;
  });
}

// In an easy drill, what to do next: until it has been done.
Html lesson(const View& view) {
  if (view.game.drill().difficulty != "easy" || view.game.over() || view.mirrored()) return {};
  const Session& session = view.session();
  const Book& book = view.game.book();
  const bool looked = !book.traces.empty() && std::ranges::any_of(book.traces, [](const Trace& each) {
    return each.kind == Trace::Kind::look && (each.what.starts_with("alert ") || each.what.starts_with("query") ||
                                              each.what.starts_with("logs") || each.what.starts_with("pods"));
  });
  const bool told = std::ranges::any_of(
      book.traces, [](const Trace& each) { return each.kind == Trace::Kind::tell && each.what.starts_with("post "); });
  std::string_view text;
  int step = 0;
  if (session.pages().empty()) {
    step = 1,
    text = "Nothing has happened yet. Let time go on: “next event” above goes to the next thing that reaches you.";
  } else if (!book.acknowledged && calls(session)) {
    step = 2, text = "You are paged. Acknowledge it in the pager below, so that nobody else is woken.";
  } else if (!looked) {
    step = 3, text =
                  "Look before you act: open the alert, then the service that the map shows unwell. Every number is a "
                  "link to what it is made of.";
  } else if (book.hypotheses.empty()) {
    step = 4, text =
                  "Say under “What it may be” what you think is wrong. You may revise it as often as you like; nothing "
                  "is wrong is an answer too.";
  } else if (!told) {
    step = 5, text =
                  "Tell others under “Tell others”: what customers see, since when, and when you write again. Then act "
                  "on production, if anything is to be done.";
  } else {
    step = 6,
    text = "Look whether all is well: the charts, the alerts, the map. When it is, say so under “It is over”.";
  }
  return html(R"(<p class="lesson" id="lesson" role="note"><strong>Step {} of 6.</strong> {}</p>)", step, text);
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
  Html out =
      lesson(view) + headline(view) + html(R"(<div class="two">)") + pager(view) + alert_list(view) + html("</div>");
  out += panel(
      "map", "Services",
      service_map(view) +
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
