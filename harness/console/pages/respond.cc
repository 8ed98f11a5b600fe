#include "console/pages/respond.h"

#include <algorithm>
#include <array>

#include "console/drill/cause_table.h"
#include "console/line/turn.h"
#include "console/pages/panels.h"
#include "fake_services/actions/action_table.h"
#include "oncall/communication/templates.h"

namespace firedrill::console::pages {
namespace {

using Options = std::vector<std::pair<std::string, std::string>>;

Options services_of(const View& view) {
  Options out{{"", "no service: nothing is wrong"}};
  for (const auto& each : view.session().scenario().topology.services) out.emplace_back(each.name, each.name);
  return out;
}

Html severity_form(const View& view) {
  const auto& declared = view.game.book().declared;
  Options levels{kChoose};
  for (const record::SeverityLevel level :
       {record::SeverityLevel::p0, record::SeverityLevel::p1, record::SeverityLevel::p2, record::SeverityLevel::p3}) {
    levels.emplace_back(to_string(level), format("{}: {}", to_string(level), record::describe(level)));
  }
  const std::string now = declared ? std::string(to_string(*declared)) : std::string();
  return html(R"(<form class="act" data-line="severity {level}">{}<button>Declare</button></form>)",
              choice("severity", "level", "Severity", levels, now));
}

// Beside the headings: how it stands.
std::string declared_so_far(const View& view) {
  const auto& declared = view.game.book().declared;
  return declared ? format("{} since {}", to_string(*declared), format_clock(view.game.book().declared_at))
                  : std::string("not declared yet");
}
std::string thought_so_far(const View& view) {
  const auto& all = view.game.book().hypotheses;
  if (all.empty()) return "nothing noted yet";
  return all.back().service.empty() ? all.back().cause : format("{} {}", all.back().service, all.back().cause);
}

Html hypothesis_form(const View& view) {
  Options kinds{kChoose};
  for (const CauseKind& each : cause_table()) kinds.emplace_back(each.name, format("{}: {}", each.name, each.doc));
  Html said;
  for (const Hypothesis& each : view.game.book().hypotheses) {
    said += html("<li><time>{}</time> {} {}</li>", format_clock(each.at), each.service, each.cause);
  }
  return html(
      R"(<form class="act" data-line="hypothesis {service} {kind}">{}{}<button>Note it</button></form>{})",
      choice("hypothesis-service", "service", "What it is about", services_of(view)),
      choice("hypothesis-kind", "kind", "What may be wrong", kinds),
      said.empty() ? Html() : html(R"(<ol class="feed" aria-label="What you have thought so far">{}</ol>)", said));
}

// Every kind of action on every service would be a long list: those that there are, as lines that can be changed.
Html action_form(const View& view) {
  const auto& topology = view.session().scenario().topology;
  Html lines;
  for (const auto& spec : fake_services::action_table()) {
    if (!spec.is_of_world()) continue;
    std::vector<std::string> targets;
    if (spec.target == fake_services::ActionTarget::service) {
      for (const auto& each : topology.services) {
        if (!each.external) targets.push_back(each.name);
      }
    } else {
      targets = fake_services::node_names(topology);
    }
    std::string arguments;
    for (const FieldSpec& field : spec.fields) arguments += format(" {}=", field.name);
    for (const std::string& target : targets) {
      lines += html(R"(<option value="{} {}{}">{}</option>)", spec.name, target, arguments, spec.summary);
    }
  }
  return html(
      R"(<form class="act" data-line="do {action}">{}<datalist id="actions">{}</datalist><div class="acts"><button name="dry" value="would {action}">Would do…</button><button class="primary">Do it</button></div></form>{})",
      text_field("action", "action", "Action, or a playbook's command", "restart checkout", R"(list="actions")"), lines,
      deed_list(view));
}

Html note_form() {
  return html(R"(<form class="act" data-line="note {text}">{}<button>Keep</button></form>)",
              text_field("note", "text", "Note, for yourself and the debriefing", "pool of web is full since 14:05"));
}

Html hint_form(const View& view) {
  const Drill& drill = view.game.drill();
  Html given;
  for (std::size_t i = 0; i < std::min(view.game.book().hints, drill.hints.size()); ++i) {
    given += html("<li>{}</li>", drill.hints[i].text);
  }
  const bool more = view.game.book().hints < drill.hints.size();
  return html("{}{}", given.empty() ? Html() : html(R"(<ol aria-label="Hints so far">{}</ol>)", given),
              more ? act_button(view, "hint", format("Hint, for {} points", drill.hints[view.game.book().hints].price))
                   : html(R"(<p class="quiet">There are no further hints.</p>)"));
}

Html line_form() {
  return html(R"(<form class="act" data-line="{line}">{}<button>Say</button></form>)",
              text_field("line", "line", "Any line of the console", "help"));
}

Html fold(std::string_view id, std::string_view title, const Html& body, bool open, std::string_view stands = "") {
  return html(R"(<details id="fold-{}"{}><summary>{}{}</summary><div class="fold">{}</div></details>)", id,
              open ? html(" open") : Html(), title,
              stands.empty() ? Html() : html(R"( <span class="stands">{}</span>)", stands), body);
}

}  // namespace

Html choice(std::string_view id, std::string_view name, std::string_view label,
            const std::vector<std::pair<std::string, std::string>>& options, std::string_view chosen) {
  const bool required = !options.empty() && options.front() == kChoose;
  Html list;
  for (const auto& [value, text] : options) {
    list += html(R"(<option value="{}"{}>{}</option>)", value, value == chosen ? html(" selected") : Html(), text);
  }
  return html(R"(<p class="field"><label for="{}">{}</label><select id="{}" name="{}"{}>{}</select></p>)", id, label,
              id, name, required ? html(" required") : Html(), list);
}

Html text_field(std::string_view id, std::string_view name, std::string_view label, std::string_view example,
                std::string_view more) {
  return html(
      R"(<p class="field"><label for="{}">{}</label><input id="{}" name="{}" autocomplete="off" spellcheck="false" required placeholder="{}" {}></p>)",
      id, label, id, name, example, trusted(std::string(more)));
}

Html post_form(const View& view) {
  if (view.mirrored() || view.game.over()) return {};
  const Session& session = view.session();
  const auto pages = session.pages();
  const auto& declared = view.game.book().declared;
  oncall::PostData data{.incident = "inc-1",
                        .title = "(what customers see)",
                        .severity = declared.value_or(record::SeverityLevel::p2),
                        .role = session.trainee().role,
                        .began = pages.empty() ? session.now() : pages.front().at,
                        .at = session.now()};
  for (const Page& page : pages) {
    for (const std::string& alert : page.alerts) {
      if (std::ranges::find(data.alerts, alert) == data.alerts.end()) data.alerts.push_back(alert);
    }
  }
  for (const Deed& deed : session.deeds()) data.actions.push_back(deed.what);
  struct Row {
    std::string_view words;
    oncall::PostKind kind;
    record::PostStatus status;
  };
  constexpr std::array kRows{
      Row{"first post", oncall::PostKind::first, record::PostStatus::investigating},
      Row{"update", oncall::PostKind::update, record::PostStatus::identified},
      Row{"last post", oncall::PostKind::final_post, record::PostStatus::resolved},
  };
  Html templates;
  for (const std::string_view channel : {record::kInternal, record::kExternal}) {
    for (const Row& row : kRows) {
      data.kind = row.kind;
      data.status = row.status;
      const auto text = oncall::PostTemplates::shipped().render(channel, data);
      if (!text) continue;
      templates +=
          html(R"(<option data-channel="{}" data-status="{}" data-text="{}">{}, {}</option>)", channel,
               to_string(row.status), *text, channel == record::kInternal ? "to the team" : "status page", row.words);
    }
  }
  return html(
      R"(<form class="act" data-line="post {channel} {status} {text}">{}{}<p class="field"><label for="template">Begin with a template{}</label><select id="template" class="templates"><option value="">none</option>{}</select></p><p class="field"><label for="post">Text</label><textarea id="post" name="text" rows="3" required></textarea></p><button>Post</button></form>)",
      choice("post-channel", "channel", "Where to",
             {{std::string(record::kInternal), "the team"},
              {std::string(record::kExternal), "everybody: the status page"}}),
      choice("post-status", "status", "How it stands",
             {{"investigating", "investigating"},
              {"identified", "identified"},
              {"monitoring", "monitoring"},
              {"resolved", "resolved"}}),
      declared ? std::string() : format(", which says {} as no severity is declared", to_string(data.severity)),
      templates);
}

Html respond(const View& view) {
  if (view.mirrored()) return {};
  if (view.game.over()) {
    return html(R"(<p>The drill is over.</p><p><a class="button" href="{}">What it came to</a></p>)",
                view.to("/after"));
  }
  return fold("act", "Act on production", action_form(view), true) +
         fold("severity", "How bad it is", severity_form(view), !view.game.book().declared, declared_so_far(view)) +
         fold("hypothesis", "What it may be", hypothesis_form(view), view.game.book().hypotheses.empty(),
              thought_so_far(view)) +
         fold("post", "Tell others", post_form(view), false) + fold("note", "Note", note_form(), false) +
         fold("hint", "Hint", hint_form(view), false) + fold("line", "Console", line_form(), false) +
         fold("finish", "It is over",
              html(R"(<p class="quiet">The drill ends, and is scored. Look first whether all is well.</p>{})",
                   act_button(view, "finish", "It is over: end the drill", "danger")),
              false);
}

}  // namespace firedrill::console::pages
