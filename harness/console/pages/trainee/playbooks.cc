// Playbooks: which there are, and one of them with its commands to run.
#include <algorithm>

#include "console/line/command_table.h"
#include "console/pages/page_table.h"
#include "console/pages/panels.h"
#include "oncall/playbook/command.h"
#include "promql/parse/parser.h"

namespace firedrill::console::pages {
namespace {

std::string list_title(const View& /*view*/) {
  return "Playbooks";
}

// Those that alerts which are active now name stand first.
Html list_body(const View& view) {
  Html named;
  std::vector<std::string> seen;
  for (const AlertView& alert : view.session().alerts()) {
    const Html link = playbook_link(view, alert);
    if (link.empty() || alert.resolved_at || std::ranges::find(seen, alert.alert) != seen.end()) continue;
    seen.push_back(alert.alert);
    named += html("<li>{}: {}</li>", alert.alert, link);
  }
  Html all;
  for (const PlaybookView& each : view.session().playbooks()) {
    all += html(R"(<li><a href="{}">{}</a> <span class="quiet">{}</span></li>)",
                view.to("/playbooks/" + segment(each.name)), each.name, each.title);
  }
  return (named.empty() ? Html() : panel("named", "Named by alerts that are active", html("<ul>{}</ul>", named))) +
         panel("all", "All of them",
               all.empty() ? html(R"(<p class="quiet">There are no playbooks.</p>)") : html("<ul>{}</ul>", all));
}

std::string one_title(const View& view) {
  for (const PlaybookView& each : view.session().playbooks()) {
    if (each.name == view.segments[0]) return each.title.empty() ? each.name : each.title;
  }
  return "Playbook";
}

bool is_query(std::string_view text) {
  const bool looks_like_one = text.find_first_of("({[") != std::string_view::npos && !text.contains(" /");
  return looks_like_one && promql::parse_text(text, {}).has_value();
}

// What can be done with a piece of a playbook's code: it is run, looked at, or asked.
Html button_for(const View& view, std::string_view code) {
  if (view.mirrored() || view.game.over()) return {};
  const ReadLine line = read_line(code);
  const auto command = oncall::read_command(code);
  const bool only_looks = oncall::begins_like_command(code) && (!command || !command->remedy);
  if (line.spec != nullptr && line.spec->name == "do" && !only_looks) {
    return html(R"(<div class="acts">{}{}</div>)", act_button(view, format("would {}", line.rest), "Would do…"),
                act_button(view, format("do {}", line.rest), "Run", "primary"));
  }
  if (line.spec != nullptr && line.word == "kubectl") return act_button(view, code, "Look");
  if (oncall::begins_like_command(code)) return {};
  return is_query(code) ? html(R"( <a href="{}">ask</a>)", view.to_query(code)) : Html();
}

Html one_body(const View& view) {
  for (const PlaybookView& each : view.session().playbooks()) {
    if (each.name != view.segments[0]) continue;
    return panel("playbook", "As it is written",
                 html(R"(<article class="playbook">{}</article>)",
                      markdown(each.text, [&](std::string_view code) { return button_for(view, code); })));
  }
  return html("<p>There is no playbook of that name.</p>");
}

std::string one_looks(const View& view) {
  const auto playbooks = view.session().playbooks();
  const bool known = std::ranges::find(playbooks, view.segments[0], &PlaybookView::name) != playbooks.end();
  return known ? format("playbook {}", view.segments[0]) : std::string();
}

}  // namespace

PageSpec playbooks_page() {
  return {.path = "/playbooks", .nav = "Playbooks", .title = list_title, .body = list_body};
}
PageSpec playbook_page() {
  return {.path = "/playbooks/{}", .nav = "", .title = one_title, .body = one_body, .looks = one_looks};
}

}  // namespace firedrill::console::pages
