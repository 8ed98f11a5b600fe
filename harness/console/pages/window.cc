#include "console/pages/window.h"

#include <algorithm>
#include <array>

#include "base/duration.h"

namespace firedrill::console::pages {
namespace {

constexpr std::int64_t kPoints = 60;
constexpr Duration kShortest = 2min;
constexpr Duration kFinest = 15s;
constexpr std::array<std::string_view, 5> kRanges{"15m", "30m", "1h", "3h", "6h"};

Time floored(Time t, Duration step) {
  return Time(t.time_since_epoch() / step * step);
}

}  // namespace

Query Window::query() const {
  if (!follows) return {{"from", format_instant(from)}, {"to", format_instant(to)}};
  return {{"range", range == "30m" ? std::string() : range}};
}

Window window_of(const Form& form, const Session& session) {
  Window out;
  out.to = session.now();
  Duration length = 30min;
  const auto from = parse_instant(form.value("from"));
  const auto to = parse_instant(form.value("to"));
  if (from && to && *to - *from >= kShortest) {
    out.to = std::min(*to, session.now());
    length = std::clamp<Duration>(*to - *from, kShortest, 24h);
    out.follows = out.to >= session.now();
    out.range = format_duration(length);
  } else if (const auto range = parse_duration(form.value("range")); range && *range >= kShortest) {
    length = std::min<Duration>(*range, 24h);
    out.range = format_duration(length);
  }
  const std::int64_t pieces = (length / kPoints + kFinest - Duration(1)) / kFinest;
  out.step = kFinest * std::max<std::int64_t>(1, pieces);
  out.from = floored(out.to - length, out.step);
  return out;
}

Html window_bar(const Window& window, const Session& session, std::string_view path, const Query& rest) {
  const auto link = [&](const Query& query, std::string_view text, bool current) {
    Query all = rest;
    all.insert(all.end(), query.begin(), query.end());
    return html(R"(<a href="{}"{}>{}</a> )", address(path, all), current ? html(R"( aria-current="true")") : Html(),
                text);
  };
  Html out = html(R"(<nav class="window" aria-label="Time that the charts show"><span class="quiet">last</span> )");
  for (const std::string_view range : kRanges) {
    out += link({{"range", std::string(range)}}, range, window.follows && window.range == range);
  }
  const Duration length = window.to - window.from;
  const auto moved = [&](Duration by) -> Query {
    return {{"from", format_instant(window.from + by)}, {"to", format_instant(window.to + by)}};
  };
  out += link(moved(-length / 2), "◀ earlier", false);
  if (window.to < session.now()) out += link(moved(length / 2), "later ▶", false);
  return out + html(R"(<span class="quiet">{} to {}</span></nav>)", format_clock(window.from),
                    window.follows ? std::string("now") : format_clock(window.to));
}

}  // namespace firedrill::console::pages
