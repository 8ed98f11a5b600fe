#include "console/pages/panels.h"

#include <algorithm>
#include <array>
#include <ranges>

#include "base/duration.h"
#include "console/alert_playbook.h"
#include "console/lesson.h"
#include "console/line/turn.h"
#include "console/pages/map.h"
#include "oncall/communication/templates.h"

namespace firedrill::console::pages {
namespace {

Html page_badge(Page::State state) {
  switch (state) {
    case Page::State::calling:
      return badge("bad", "☎", "calling");
    case Page::State::acknowledged:
      return badge("warn", "✓", "acknowledged");
    case Page::State::unanswered:
      return badge("bad", "✕", "unanswered");
    case Page::State::over:
      return badge("good", "●", "over");
  }
  std::unreachable();
}

// A choice and a button: calls the tier, pages the team.
Html chosen(const View& view, std::string_view id, std::string_view label, std::string_view line,
            const std::vector<std::string>& choices, std::string_view button) {
  if (view.mirrored() || choices.empty()) return {};
  Html options;
  for (const std::string& each : choices) options += html("<option>{}</option>", each);
  return html(
      R"(<form class="act inline" data-line="{}"><label class="unseen" for="{}">{}</label><select id="{}" name="choice">{}</select><button>{}</button></form>)",
      line, id, label, id, options, button);
}

Html page_acts(const View& view, const Page& page) {
  if (page.state == Page::State::over || view.game.over()) return {};
  const oncall::Roster& roster = view.session().scenario().team->roster;
  std::vector<std::string> tiers, teams;
  if (const oncall::Schedule* schedule = roster.find(page.schedule)) {
    for (const oncall::Tier& tier : schedule->tiers) tiers.push_back(tier.name);
    if (!tiers.empty()) tiers.erase(tiers.begin());  // the trainee's own
  }
  for (const oncall::Schedule& each : roster.schedules) {
    if (each.name != page.schedule) teams.push_back(each.team.empty() ? each.name : each.team);
  }
  Html out;
  if (page.state != Page::State::acknowledged) {
    out += act_button(view, format("ack {}", page.number), "Acknowledge", "primary");
  }
  out += chosen(view, format("tier-{}", page.number), "tier to escalate to",
                format("escalate {} {{choice}}", page.number), tiers, "Escalate");
  out += chosen(view, format("team-{}", page.number), "team to hand over to",
                format("hand-over {} {{choice}}", page.number), teams, "Hand over");
  return html(R"(<div class="acts">{}</div>)", out);
}

Html page_as_sent(const View& view, const Page& page) {
  Html out;
  for (const Notice& notice : view.session().notices()) {
    if (page.key != format("{} {}", notice.notification.receiver, notice.notification.group_key)) continue;
    out += html("<dt>{} {} to {}</dt>", format_clock(notice.notification.t), notice.notification.status,
                notice.notification.receiver);
    if (!notice.payload) continue;
    for (const auto& field : notice.payload->fields) {
      out += html(R"(<dd><span class="quiet">{}</span> {}</dd>)", field.path, field.text);
    }
  }
  if (out.empty()) return {};
  return html(R"(<details id="sent-{}"><summary>As it was sent</summary><dl class="sent">{}</dl></details>)",
              page.number, out);
}

Html one_page(const View& view, const Page& page) {
  Html alerts;
  for (const std::string& name : page.alerts) {
    alerts += html(R"({}<a href="{}">{}</a>)", alerts.empty() ? "" : ", ", view.to_alert(name), name);
  }
  std::string who = page.state == Page::State::acknowledged
                        ? format("acknowledged by {} at {}", page.acknowledged_by,
                                 format_clock(page.acknowledged_at.value_or(page.at)))
                        : format("{} ({}) is called", page.person, page.role);
  if (page.over_at) who = format("over at {}", format_clock(*page.over_at));
  return html(R"(<li class="page-item"><p>{} <strong>{}</strong></p><p class="quiet">page {} · {} · {}</p>{}{}</li>)",
              page_badge(page.state), alerts.empty() ? html("{}", page.schedule) : alerts, page.number,
              format_clock(page.at), who, page_acts(view, page), page_as_sent(view, page));
}

struct AlertLook {
  std::string_view kind, sign, word;
};
AlertLook look_of(const AlertView& alert) {
  if (alert.resolved_at) return {"good", "●", "over"};
  if (alert.watches_alerts()) return {"plain", "♥", "always on"};
  if (alert.state == events::AlertState::firing) return {"bad", "▲", "firing"};
  return {"warn", "◔", "pending"};
}

int order_of(const AlertView& alert) {
  if (alert.watches_alerts()) return 3;
  return alert.resolved_at ? 2 : alert.state == events::AlertState::firing ? 0 : 1;
}

}  // namespace

Html act_button(const View& view, std::string_view line, std::string_view text, std::string_view kind) {
  // When the drill is over nothing is taken but the way back.
  if (view.mirrored() || (view.game.over() && !line.starts_with("rewind "))) return {};
  return html(R"(<form class="act inline" data-line="{}"><button class="{}">{}</button></form>)", line, kind, text);
}

// In an easy drill, or where `guide` was said, what to do next: until it has been done.
Html lesson(const View& view) {
  if (!view.teaches.value_or(teaches(view.game.drill())) || view.mirrored()) return {};
  const auto next = lesson_of(view.game);
  if (!next) return {};
  return html(R"(<p class="lesson" id="lesson" role="note"><strong>Step {} of {}.</strong> {} {}</p>)", next->number,
              next->of, next->what, next->in_pages);
}

Html headline(const View& view) {
  const Session& session = view.session();
  std::size_t calling = 0, open = 0, firing = 0, pending = 0;
  for (const Page& page : session.pages()) {
    calling += page.state == Page::State::calling || page.state == Page::State::unanswered ? 1U : 0U;
    open += page.state == Page::State::acknowledged ? 1U : 0U;
  }
  for (const AlertView& alert : session.alerts()) {
    if (alert.resolved_at || alert.watches_alerts()) continue;
    (alert.state == events::AlertState::firing ? firing : pending) += 1;
  }
  Html unwell;
  for (const ServiceView& each : view.services()) {
    if (each.health == "ok" || each.health == "unknown") continue;
    unwell += html(R"({}<a href="{}">{}</a> {} {})", unwell.empty() ? "" : ", ", view.to_service(each.name), each.name,
                   health_badge(each.health),
                   each.errors && *each.errors > 0.01 ? format("({} errors)", shown_share(each.errors)) : "");
  }
  const auto count = [](std::size_t n, std::string_view one, std::string_view many) {
    return format("{} {}", n, n == 1 ? one : many);
  };
  std::string pages = calling > 0 ? count(calling, "page calls you", "pages call you")
                      : open > 0  ? count(open, "page goes on", "pages go on")
                                  : "Nobody is being paged";
  std::string alerts = firing > 0 ? count(firing, "alert fires", "alerts fire") : "no alert fires";
  if (pending > 0) alerts += format(", {} pending", pending);
  return html(R"(<p class="headline"><strong>{}</strong> · {} · {}</p>)", pages, alerts,
              unwell.empty() ? html("every service looks well") : html("not well: {}", unwell));
}

Html pager(const View& view) {
  const std::vector<Page> pages = view.session().pages();
  Html list;
  for (const Page& page : pages | std::views::reverse) list += one_page(view, page);
  const Html body =
      pages.empty()
          ? html(
                R"(<p class="quiet">Nobody has been paged. Time control “next event” waits for something to happen.</p>)")
          : html(R"(<ul class="plain">{}</ul>)", list);
  return panel("pager", "Pager", body);
}

Html playbook_link(const View& view, const AlertView& alert) {
  const std::string name = playbook_of(alert, view.session().playbooks());
  return name.empty() ? Html() : html(R"(<a href="{}">playbook</a>)", view.to("/playbooks/" + segment(name)));
}

// A name that may break before its capitals.
Html words_of(std::string_view name) {
  Html out;
  std::size_t from = 0;
  for (std::size_t i = 1; i <= name.size(); ++i) {
    const bool begins = i == name.size() || (name[i] >= 'A' && name[i] <= 'Z' && name[i - 1] >= 'a');
    if (!begins) continue;
    out += from > 0 ? html("<wbr>{}", name.substr(from, i - from)) : html("{}", name.substr(from, i - from));
    from = i;
  }
  return out;
}

Html alert_list(const View& view) {
  std::vector<AlertView> alerts = view.session().alerts();
  std::ranges::stable_sort(alerts, {}, order_of);
  constexpr std::array<std::string_view, 5> kHead{"alert", "state", "since", "value", "what it is about"};
  std::vector<std::vector<Html>> rows;
  for (const AlertView& each : alerts) {
    const AlertLook look = look_of(each);
    const Time since = each.resolved_at.value_or(each.fired_at.value_or(each.active_at));
    model::Labels labels = each.labels;
    labels.remove(model::kAlertName);
    const Html book = playbook_link(view, each);
    std::string summary;
    for (const model::Label& note : each.annotations) {
      if (note.name == "summary") summary = note.value;
    }
    rows.push_back({html(R"(<a href="{}">{}</a>)", view.to_alert(each.alert), words_of(each.alert)),
                    badge(look.kind, look.sign, look.word), html("{}", format_clock(since)),
                    html(R"(<a href="{}">{}</a>)", view.to_alert(each.alert), shown_number(each.value)),
                    html(R"({} <code class="labels">{}</code> {})", summary, labels.to_string(), book)});
  }
  return panel("alerts", "Alerts",
               rows.empty() ? html(R"(<p class="quiet">No alert is pending or firing.</p>)")
                            : table("alerts", kHead, rows, "of-alerts stacks"),
               html(R"(<a href="{}">all rules</a>)", view.to("/alerts")));
}

Html news_list(const View& view, std::size_t most, std::string_view title) {
  const auto news = view.session().news();
  Html list;
  for (const News& each : news.last(std::min(most, news.size())) | std::views::reverse) {
    list += html(R"(<li><time>{}</time> <span class="kind">{}</span> {}</li>)", format_clock(each.at), each.kind,
                 each.text);
  }
  return panel("news", title,
               list.empty() ? html(R"(<p class="quiet">Nothing has happened yet.</p>)")
                            : html(R"(<ol class="feed">{}</ol>)", list));
}

Html change_list(const View& view, std::string_view service, std::size_t most) {
  std::vector<events::Change> changes = view.session().changes();
  std::erase_if(changes, [&](const events::Change& each) { return !service.empty() && each.target != service; });
  if (changes.size() > most) changes.erase(changes.begin(), changes.end() - static_cast<std::ptrdiff_t>(most));
  Html list;
  for (const events::Change& each : changes | std::views::reverse) {
    list += html(R"(<li><time>{}</time> <span class="kind">{}</span> <strong>{}</strong>: {}, by {}</li>)",
                 format_clock(each.t), each.kind, each.target, each.what, each.by);
  }
  return list.empty() ? html(R"(<p class="quiet">Nobody has changed anything.</p>)")
                      : html(R"(<ol class="feed">{}</ol>)", list);
}

Html pod_list(const View& view, std::string_view service) {
  constexpr std::array<std::string_view, 7> kHead{"pod", "ready", "status", "restarts", "for", "node", "version"};
  std::vector<std::vector<Html>> rows;
  for (const PodView& pod : view.session().pods()) {
    if (!service.empty() && pod.service != service) continue;
    const bool well = pod.ready && pod.status == "Running";
    rows.push_back({html("{}", pod.name), pod.ready ? badge("good", "✓", "ready") : badge("bad", "✕", "not ready"),
                    well ? html("{}", pod.status) : badge("warn", "▲", pod.status), html("{}", pod.restarts),
                    html("{}", describe_duration(view.session().now() - pod.since)), html("{}", pod.node),
                    html("{}", pod.version)});
  }
  return rows.empty() ? html(R"(<p class="quiet">It has no pods here.</p>)") : table("pods", kHead, rows);
}

Html event_list(const View& view, std::string_view service, std::size_t most) {
  std::vector<events::ClusterEvent> found;
  for (events::ClusterEvent& event : view.session().cluster_events()) {
    if (service.empty() || event.service == service) found.push_back(std::move(event));
  }
  if (found.size() > most) found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(most));
  Html list;
  for (const events::ClusterEvent& each : found | std::views::reverse) {
    list += html(R"(<li><time>{}</time> {} <strong>{}</strong> {} {}{}</li>)", format_clock(each.last),
                 each.warning ? badge("warn", "▲", "Warning") : html(R"(<span class="kind">Normal</span>)"),
                 each.reason, each.object, each.message, each.count > 1 ? format(" ×{}", each.count) : std::string());
  }
  return list.empty() ? html(R"(<p class="quiet">The cluster tells of nothing.</p>)")
                      : html(R"(<ol class="feed">{}</ol>)", list);
}

Html said_line(std::string_view line) {
  constexpr std::size_t kSeen = 160;  // characters
  const std::string seen = oncall::at_most(std::string(line), kSeen);
  if (seen.size() == line.size()) return html("<code>{}</code>", line);
  return html(R"(<details class="whole"><summary><code>{}…</code></summary><code>{}</code></details>)", seen, line);
}

Html deed_list(const View& view) {
  Html list;
  for (const Deed& deed : view.session().deeds() | std::views::reverse) {
    const Html came = !deed.helped   ? badge("plain", "…", "not known yet")
                      : *deed.helped ? badge("good", "✓", "helped")
                                     : badge("bad", "✕", "did not help");
    list += html(R"(<li><time>{}</time> <strong>{}</strong> {} <span class="quiet">{}</span></li>)",
                 format_clock(deed.at), deed.what, came, deed.reason);
  }
  return list.empty() ? Html() : html(R"(<h3>What you did to production</h3><ol class="feed">{}</ol>)", list);
}

}  // namespace firedrill::console::pages
