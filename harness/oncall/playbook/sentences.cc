#include "oncall/playbook/sentences.h"

#include <algorithm>

#include "base/duration.h"

namespace firedrill::oncall {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t.") - first + 1);
}

struct SpokenUnit {
  std::string_view word;
  std::string_view unit;
};
constexpr std::array kUnits{SpokenUnit{"s", "s"}, SpokenUnit{"sec", "s"}, SpokenUnit{"second", "s"},
                            SpokenUnit{"m", "m"}, SpokenUnit{"min", "m"}, SpokenUnit{"minute", "m"},
                            SpokenUnit{"h", "h"}, SpokenUnit{"hr", "h"},  SpokenUnit{"hour", "h"},
                            SpokenUnit{"d", "d"}, SpokenUnit{"day", "d"}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The text behind the first of these that it begins with; nothing if it begins with none.
std::optional<std::string_view> behind(std::string_view text, std::initializer_list<std::string_view> beginnings) {
  for (const std::string_view each : beginnings) {
    if (lower(text.substr(0, each.size())) == each) return text.substr(each.size());
  }
  return std::nullopt;
}

// Where a condition ends and what is done begins: " - ", " – ", ": ", ", ".
struct Halves {
  std::string_view condition;
  std::string_view deed;
};
std::optional<Halves> halves_of(std::string_view text) {
  for (const std::string_view mark : {" - ", " – ", " — ", ": ", ", "}) {
    // The last one before what is done: a condition may hold marks of its own.
    for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
      const std::string_view deed = trimmed(text.substr(at + mark.size()));
      if (behind(deed, {"escalate to ", "page ", "call "})) return Halves{trimmed(text.substr(0, at)), deed};
    }
  }
  return std::nullopt;
}

// "the secondary on-call at once" is "secondary".
std::string who_of(std::string_view text) {
  std::string_view who = trimmed(text);
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view each : {" at once", " immediately", " now", " on-call", " on call"}) {
      if (who.size() > each.size() && lower(who.substr(who.size() - each.size())) == each) {
        who = trimmed(who.substr(0, who.size() - each.size()));
        more = true;
      }
    }
  }
  return std::string(behind(who, {"the "}).value_or(who));
}

}  // namespace

std::optional<Duration> read_spoken_duration(std::string_view text) {
  std::string written;
  const std::string all = lower(trimmed(text));
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t number = at;
    while (at < all.size() && is_digit(all[at])) ++at;
    if (at == number) return std::nullopt;
    const std::string digits = all.substr(number, at - number);
    while (at < all.size() && all[at] == ' ') ++at;
    const std::size_t word = at;
    while (at < all.size() && all[at] >= 'a' && all[at] <= 'z') ++at;
    std::string_view unit = std::string_view(all).substr(word, at - word);
    if (unit.size() > 2 && unit.ends_with('s')) unit.remove_suffix(1);
    const auto known = std::ranges::find(kUnits, unit, &SpokenUnit::word);
    if (known == kUnits.end()) return std::nullopt;
    written += digits + std::string(known->unit);
    while (at < all.size() && all[at] == ' ') ++at;
  }
  const auto duration = parse_duration(written);
  return duration && *duration > Duration{} ? std::optional(*duration) : std::nullopt;
}

Cadence read_cadence(std::string_view text) {
  Cadence cadence;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find_first_of(",;", at), text.size());
    const std::string_view part = trimmed(text.substr(at, end - at));
    at = end + 1;
    if (part.empty()) continue;
    const bool level = part.size() > 3 && (part[0] == 'P' || part[0] == 'p') && part[1] >= '0' && part[1] <= '3';
    const auto rest = level ? behind(trimmed(part.substr(2)), {"every ", "each "}) : std::nullopt;
    // "every hour" is every 1 hour.
    const auto every = !rest ? std::nullopt
                       : is_digit(rest->empty() ? 'x' : rest->front())
                           ? read_spoken_duration(*rest)
                           : read_spoken_duration("1 " + std::string(*rest));
    if (every) {
      cadence.every[static_cast<std::size_t>(part[1] - '0')] = *every;
    } else {
      cadence.unread.emplace_back(part);
    }
  }
  return cadence;
}

std::optional<EscalationSentence> read_escalation(std::string_view text) {
  const auto halves = halves_of(trimmed(text));
  if (!halves) return std::nullopt;
  const auto condition = behind(halves->condition, {"if ", "when "});
  if (!condition) return std::nullopt;
  EscalationSentence sentence;
  if (const auto tier = behind(halves->deed, {"escalate to "})) {
    sentence.who = as_name(who_of(*tier));
  } else {
    sentence.pages = true;
    sentence.who = who_of(*behind(halves->deed, {"page ", "call "}));
  }
  const auto delay =
      behind(trimmed(*condition), {"not mitigated in ", "not mitigated within ", "not mitigated after "});
  if (delay) {
    std::string_view time = *delay;
    for (const std::string_view each : {" after acknowledgement", " of acknowledgement"}) {
      if (time.ends_with(each)) time.remove_suffix(each.size());
    }
    sentence.unmitigated_for = read_spoken_duration(time);
    if (!sentence.unmitigated_for) return std::nullopt;
  } else {
    sentence.condition = trimmed(*condition);
  }
  if (sentence.who.empty()) return std::nullopt;
  return sentence;
}

std::vector<std::string> read_alert_names(std::string_view text) {
  std::vector<std::string> names;
  std::string name;
  int depth = 0;
  const auto end = [&] {
    std::string_view whole = trimmed(name);
    if (whole.starts_with("and ")) whole = trimmed(whole.substr(4));
    for (std::size_t at = whole.find(" and "); at != std::string_view::npos; at = whole.find(" and ")) {
      names.emplace_back(trimmed(whole.substr(0, at)));
      whole = trimmed(whole.substr(at + 5));
    }
    if (!whole.empty()) names.emplace_back(whole);
    name.clear();
  };
  for (const char c : text) {
    const bool opens = c == '{' || c == '(';
    // The template's own blank is no selector.
    if (opens && trimmed(name).empty() && depth == 0) {
      name += c;
    } else if (opens) {
      ++depth;
    } else if (depth > 0) {
      depth -= c == '}' || c == ')' ? 1 : 0;
    } else if (c == ',' || c == ';') {
      end();
    } else if (c != '`') {
      name += c;
    }
  }
  end();
  return names;
}

bool is_alert_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == ':';
  });
}

std::string as_name(std::string_view words) {
  std::string name = lower(trimmed(words));
  for (char& c : name) c = c == ' ' || c == '-' ? '_' : c;
  return name;
}

}  // namespace firedrill::oncall
