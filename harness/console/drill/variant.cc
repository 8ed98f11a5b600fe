#include "console/drill/variant.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/report.h"
#include "base/text/format.h"
#include "yaml/document.h"

namespace firedrill::console {
namespace {

using yaml::Node;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// The name where it stands as a word: `checkout-tls` has it, `checkouts` does not.
std::size_t find_word(const std::string& text, const std::string& name, std::size_t from) {
  for (std::size_t at = text.find(name, from); at != std::string::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) return at;
  }
  return std::string::npos;
}

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', from)) {
    parts.push_back(path.substr(from, dot - from));
    from = dot + 1;
  }
  parts.push_back(path.substr(from));
  return parts;
}

const Node* item_of(const Node& list, const std::string& id) {
  for (const Node* item : list.items) {
    const Node* named = item->find("id");
    if (named != nullptr && named->text == id) return item;
  }
  return nullptr;
}

const Node* node_at(const Node& root, const std::string& path) {
  const Node* at = &root;
  for (const std::string& part : parts_of(path)) {
    at = at->is_sequence() ? item_of(*at, part) : at->find(part);
    if (at == nullptr) return nullptr;
  }
  return at;
}

}  // namespace

Variant::Variant(const Drill& drill, std::string scenario_name, std::int64_t number) {
  names_.emplace(std::move(scenario_name), drill.name);
  if (number == 0) return;
  const auto drawn = [&](const std::string& what, const std::vector<std::string>& choices) -> const std::string& {
    RandomStream chance(static_cast<std::uint64_t>(number), format("drill/{}/{}", drill.name, what));
    return choices[chance.below(choices.size())];
  };
  for (const Draw& draw : drill.draws) {
    if (draw.choices.empty()) continue;
    values_[draw.path] = drawn(draw.path, draw.choices);
    places_[draw.path] = draw.where;
  }
  std::set<std::string> taken;
  for (const auto& [name, other_names] : drill.names) {
    if (other_names.others.empty()) continue;
    const std::string& other = drawn("name/" + name, other_names.others);
    if (taken.insert(other).second) names_[name] = other;
  }
}

Variant::Variant(const Drill& drill, std::string scenario_name, const Draw& draw, const std::string& choice)
    : Variant(drill, std::move(scenario_name), 0) {
  values_[draw.path] = choice;
  places_[draw.path] = draw.where;
}

Result<std::string> Variant::scenario_text(const SourcePtr& source) const {
  Diagnostics diagnostics;
  const auto document = yaml::Document::parse(source, diagnostics);
  if (document == nullptr || has_errors(diagnostics)) return failure(std::move(diagnostics));
  std::vector<std::pair<const Node*, std::string>> found;
  for (const auto& [path, value] : values_) {
    const Node* node = node_at(document->root(), path);
    if (node == nullptr || !node->is_scalar() || node->style != Node::Style::plain || node->made) {
      report(diagnostics, places_.at(path), format("'{}' is no plain value of scenario.yaml", path),
             "name keys, and entries of lists by their ids: faults.db-refuses.at");
      continue;
    }
    // An alias leads to where its anchor stands.
    const auto same = std::ranges::find(found, node, &std::pair<const Node*, std::string>::first);
    if (same != found.end()) {
      report(diagnostics, places_.at(path), format("'{}' stands where another variant's value does", path),
             "draw one of the two");
      continue;
    }
    found.emplace_back(node, value);
  }
  if (has_errors(diagnostics)) return failure(std::move(diagnostics));
  std::ranges::sort(found, std::greater<>(), [](const auto& each) { return each.first->offset; });
  std::string text = source->text;
  for (const auto& [node, value] : found) text.replace(node->offset, node->length, value);
  return with_names(text);
}

// All at once: a name that takes another's place is not itself replaced.
std::string Variant::with_names(const std::string& text) const {
  std::string out;
  std::size_t from = 0;
  while (from < text.size()) {
    std::size_t nearest = std::string::npos;
    const std::pair<const std::string, std::string>* which = nullptr;
    for (const auto& each : names_) {
      const std::size_t at = find_word(text, each.first, from);
      const bool longer = which != nullptr && at == nearest && each.first.size() > which->first.size();
      if (at != std::string::npos && (at < nearest || longer)) {
        nearest = at;
        which = &each;
      }
    }
    if (which == nullptr) break;
    out.append(text, from, nearest - from);
    out += which->second;
    from = nearest + which->first.size();
  }
  return out.append(text, from, std::string::npos);
}

Drill Variant::renamed(const Drill& drill) const {
  Drill out = drill;
  for (Cause& cause : out.causes) cause.service = with_names(cause.service);
  for (Hint& hint : out.hints) hint.text = with_names(hint.text);
  for (BestStep& step : out.best) step.line = with_names(step.line);
  for (std::string& question : out.questions) question = with_names(question);
  return out;
}

}  // namespace firedrill::console
