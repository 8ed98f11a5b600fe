#include "console/pages/frame.h"

#include <array>

namespace firedrill::console::pages {
namespace {

constexpr std::string_view kHead =
    R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>{}</title><link rel="icon" href="/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/report.css"><link rel="stylesheet" href="/style.css"><script src="/app.js" defer></script></head>
)";

struct PaceRow {
  int speed;
  std::string_view name;  // as it is posted
  std::string_view text;
  std::string_view long_text;
};
constexpr std::array kPaces{PaceRow{0, "pause", "pause", "time stands still"},
                            PaceRow{1, "real", "×1", "as on the wall"}, PaceRow{10, "x10", "×10", "ten times as fast"},
                            PaceRow{60, "x60", "×60", "a minute in a second"}};

Html pace_buttons(const View& view) {
  Html out;
  for (const PaceRow& row : kPaces) {
    out += html(
        R"(<button type="button" class="pace" data-pace="{}" aria-pressed="{}" aria-label="{}" title="{}">{}</button>)",
        row.name, view.pace.speed == row.speed ? "true" : "false", row.long_text, row.long_text, row.text);
  }
  return out;
}

Html time_controls(const View& view, std::string_view role) {
  if (view.game.over()) return html(R"(<div class="controls">{}</div>)", badge("plain", "■", "the drill is over"));
  Html out = html(R"(<div class="controls" role="group" aria-label="Time">{})", pace_buttons(view));
  if (role == "trainee") {
    out += act_button(view, "next", "next event") + act_button(view, "wait 1m", "+1 min") +
           act_button(view, "wait 5m", "+5 min");
  }
  return out + html("</div>");
}

Html navigation(const View& view, const Frame& frame) {
  Html out;
  for (const PageSpec& page : frame.pages) {
    if (page.nav.empty()) continue;
    out += html(R"(<a href="{}"{}>{}</a>)", view.to(page.path),
                page.path == frame.path ? html(R"( aria-current="page")") : Html(), page.nav);
  }
  return html(R"(<nav id="nav" aria-label="Pages">{}</nav>)", out);
}

std::string_view who(const Frame& frame) {
  return frame.role == "trainee" ? "drill" : "facilitator";
}

}  // namespace

Html mirror_bar(const View& view, std::span<const PageSpec> pages) {
  Html out;
  for (const PageSpec& page : pages) {
    if (!page.nav.empty()) out += html(R"(<a href="{}">{}</a> )", view.to(page.path), page.nav);
  }
  return html(
      R"(<nav class="mirror" aria-label="Pages of the trainee"><span class="quiet">as the trainee sees it:</span> {}</nav>)",
      out);
}

std::string framed(const View& view, const Frame& frame) {
  const Session& session = view.session();
  const std::string now = format_clock(session.now());
  Html page = html(kHead, format("{} · {} · {}", frame.title, view.game.drill().name, who(frame)));
  page += html(
      R"(<body data-role="{}" data-instance="{}" data-version="{}" data-epoch="{}" data-longest-line="{}"><a class="skip" href="#main">To the page</a>
<div id="gone" role="alert" hidden></div>
<header><div class="bar"><p class="name">{} <span class="quiet">{}</span></p><p class="clock"><span class="unseen">It is </span><time id="clock">{}</time> <span class="quiet until">until {}</span></p>{}</div>{}</header>
)",
      frame.role, frame.instance, frame.version, view.epoch, kLongestLine, view.game.drill().name, who(frame), now,
      format_clock(session.end()), time_controls(view, frame.role), navigation(view, frame));
  page += html(R"(<div id="answers" role="status" aria-live="polite"></div><div class="{}">)",
               frame.beside.empty() ? "page alone" : "page");
  page += html(R"(<main id="main" tabindex="-1"><h1>{}</h1>{}{}</main>)", frame.title, frame.lead, frame.body);
  if (!frame.beside.empty()) {
    page += html(R"(<aside id="respond" aria-label="What you can do"><h2>Respond</h2>{}</aside>)", frame.beside);
  }
  return (page + html("</div></body></html>\n")).text();
}

std::string door_page() {
  return (html(kHead, "firedrill") + html(R"(<body data-role="door"><main id="main" class="door"><h1>firedrill</h1>
<p id="door" role="status">This page needs the address that <code>firedrill drill</code> printed, with its token behind the #.</p>
<noscript><p>It needs scripts, too: they hand the token over and keep the page fresh.</p></noscript></main></body></html>
)"))
      .text();
}

}  // namespace firedrill::console::pages
