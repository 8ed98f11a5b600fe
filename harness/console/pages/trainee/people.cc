// Who is on call, what was said, the status page as customers see it.
#include <array>
#include <ranges>

#include "base/duration.h"
#include "console/pages/page_table.h"
#include "console/pages/panels.h"
#include "console/pages/respond.h"

namespace firedrill::console::pages {
namespace {

std::string page_title(const View& /*view*/) {
  return "People and the status page";
}

Html roster(const View& view) {
  constexpr std::array<std::string_view, 5> kHead{"schedule", "tier", "on call", "until",
                                                  "the next tier is called after"};
  std::vector<std::vector<Html>> rows;
  for (const DutyView& each : view.session().roster()) {
    rows.push_back({html("{}", each.schedule), html("{}", each.tier),
                    html("{}", each.person.empty() ? std::string("nobody") : each.person),
                    html("{}", format_instant(each.until).substr(0, 16)),
                    html("{}", describe_duration(each.escalation_delay))});
  }
  return table("who is on call", kHead, rows);
}

Html messages(const View& view, std::string_view channel) {
  Html list;
  for (const Message& each : view.session().messages() | std::views::reverse) {
    if (!channel.empty() && each.channel != channel) continue;
    list += html(
        R"(<li><time>{}</time> <strong>{}</strong> <span class="kind">{}</span> <span class="said">{}</span></li>)",
        format_clock(each.at), each.by,
        each.status.empty() ? each.channel : format("{}, {}", each.channel, each.status), each.text);
  }
  return list.empty() ? html(R"(<p class="quiet">Nothing was said.</p>)") : html(R"(<ol class="feed">{}</ol>)", list);
}

Html status_page(const View& view) {
  std::string status = "nothing was posted: customers know of nothing";
  for (const Message& each : view.session().messages()) {
    if (each.channel == record::kExternal) status = each.status;
  }
  return html(R"(<p class="headline">As customers see it: <strong>{}</strong></p>{}{})", status,
              messages(view, record::kExternal),
              view.game.over() ? Html() : html(R"(<p class="quiet">“Tell others”, beside, posts to it.</p>)"));
}

Html page_body(const View& view) {
  const auto who = view.session().trainee();
  return html("<p>You are {}, {} of {}.</p>", who.person, who.role, who.schedule) + pager(view) +
         panel("status", "Status page", status_page(view)) +
         panel("messages", "What was said, and your notes", messages(view, "")) +
         panel("roster", "On call", roster(view));
}

std::string page_looks(const View& /*view*/) {
  return "pages";
}

}  // namespace

PageSpec people_page() {
  return {.path = "/people", .nav = "People", .title = page_title, .body = page_body, .looks = page_looks};
}

}  // namespace firedrill::console::pages
