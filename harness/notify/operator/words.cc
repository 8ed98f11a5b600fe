// Messages about the configuration that was made of resources, in the resources' words.
#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text/format.h"
#include "notify/operator/resource_form.h"
#include "notify/operator/resources.h"

namespace firedrill::notify {
namespace {

using Names = std::map<std::string, std::set<std::string>>;  // of an alertmanager.yml: of the resources

// What is in no form of a receiver.
constexpr std::pair<std::string_view, std::string_view> kOthers[] = {
    {"group_by", "groupBy"},
    {"group_wait", "groupWait"},
    {"group_interval", "groupInterval"},
    {"repeat_interval", "repeatInterval"},
    {"mute_time_intervals", "muteTimeIntervals"},
    {"active_time_intervals", "activeTimeIntervals"},
    {"time_intervals", "timeIntervals"},
    {"days_of_month", "daysOfMonth"},
    {"start_time", "startTime"},
    {"end_time", "endTime"},
    {"inhibit_rules", "inhibitRules"},
    {"source_matchers", "sourceMatch"},
    {"target_matchers", "targetMatch"},
};

void add(const ResourceForm& form, Names& names) {
  for (const ResourceField& field : form.fields) {
    const std::string becomes = field.becomes.empty() ? snake_case(field.name) : std::string(field.becomes);
    names[becomes].insert(std::string(field.name));
    if (field.form != nullptr) add(*field.form, names);
  }
}

struct Dictionary {
  Names all;
  std::map<std::string, Names> by_kind;  // "slack_configs"
};

Dictionary make_dictionary() {
  Dictionary out;
  for (const auto& [key, name] : kOthers) out.all[std::string(key)] = {std::string(name)};
  for (const ResourceField& kind : kReceiverResource.fields) {
    add(*kind.form, out.by_kind[snake_case(kind.name)]);
    add(*kind.form, out.all);
    out.all[snake_case(kind.name)] = {std::string(kind.name)};
  }
  return out;
}

const Dictionary& dictionary() {
  static const Dictionary made = make_dictionary();
  return made;
}

bool is_of_key(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// Where the entries of receivers begin, and what keys they have.
using Blocks = std::map<std::pair<std::size_t, std::size_t>, const Names*>;

Blocks blocks_of(const yaml::Node& root) {
  Blocks blocks;
  const yaml::Node* receivers = root.find("receivers");
  if (receivers == nullptr) return blocks;
  const auto add_at = [&](const yaml::Node& node, const Names* names) {
    const Position where = node.where();
    blocks.emplace(std::pair(where.line, where.column), names);
  };
  for (const yaml::Node* receiver : receivers->items) {
    add_at(*receiver, nullptr);
    for (const yaml::Node::Entry& entry : receiver->entries) {
      const auto kind = dictionary().by_kind.find(entry.key);
      if (kind == dictionary().by_kind.end()) continue;
      for (const yaml::Node* item : entry.value->items) add_at(*item, &kind->second);
    }
  }
  return blocks;
}

// "shop/routing/" of each resource, by the line in which it begins.
using Prefixes = std::map<std::size_t, std::string>;

void add_prefixes(const yaml::Node& root, Prefixes& prefixes) {
  const yaml::Node* metadata = root.find("metadata");
  const yaml::Node* spec = root.find("spec");
  if (metadata != nullptr && spec != nullptr) {
    const yaml::Node* space = metadata->find("namespace");
    const yaml::Node* name = metadata->find("name");
    prefixes[root.where().line] =
        format("{}/{}/", space == nullptr || space->text.empty() ? std::string("default") : space->text,
               name == nullptr ? std::string() : name->text);
  }
  const yaml::Node* items = root.find("items");
  if (items == nullptr) return;
  for (const yaml::Node* item : items->items) add_prefixes(*item, prefixes);
}

std::vector<std::string> names_in(const yaml::Node& root, std::string_view key) {
  std::vector<std::string> names;
  const yaml::Node* list = root.find(key);
  if (list == nullptr) return names;
  for (const yaml::Node* item : list->items) {
    if (const yaml::Node* name = item->find("name")) names.push_back(name->text);
  }
  return names;
}

const Names* kind_at(const Blocks& blocks, const Position& where) {
  const auto after = blocks.upper_bound({where.line, where.column});
  return after == blocks.begin() ? nullptr : std::prev(after)->second;
}

// The resources have no second key for what stands in a file: "'api_url' or 'api_url_file' is missing".
std::string without_files(std::string text, const Names* kind) {
  const std::size_t from = text.find(" or '");
  const std::size_t to = from == std::string::npos ? from : text.find("_file'", from);
  if (kind == nullptr || to == std::string::npos) return text;
  const std::string key = text.substr(from + 5, to - from);
  if (!std::ranges::all_of(key, is_of_key) || kind->contains(key)) return text;
  return text.erase(from, to + 6 - from);
}

// By the form of the receiver that it is said of; of several names none is chosen.
std::optional<std::string> name_of(const std::string& key, const Names* kind) {
  for (const Names* names : {kind, &dictionary().all}) {
    if (names == nullptr) continue;
    const auto found = names->find(key);
    if (found != names->end() && found->second.size() == 1) return *found->second.begin();
  }
  return std::nullopt;
}

// The text with keys in the words of the resources.
std::string translated(std::string_view text, const Names* kind) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_of_key(text[end])) ++end;
    if (end == i) {
      out += text[i++];
      continue;
    }
    const std::string word(text.substr(i, end - i));
    // Not a part of a name or of a path.
    const bool stands_alone = (i == 0 || std::string_view(" '`{(").contains(text[i - 1])) &&
                              (end == text.size() || std::string_view(" '`:,;.)}").contains(text[end]));
    const auto name = stands_alone && word.contains('_') ? name_of(word, kind) : std::nullopt;
    out += name.value_or(word);
    i = end;
  }
  return out;
}

// A resource's own names, as it has them.
std::string with_own_names(std::string text, const std::string& prefix) {
  for (std::size_t at = text.find("'" + prefix); at != std::string::npos; at = text.find("'" + prefix, at + 1)) {
    text.erase(at + 1, prefix.size());
  }
  return text;
}

// There is no `global` where they could say it.
std::string without_global(std::string text) {
  for (const std::string_view beginning : {", and 'global' has none", ", or `"}) {
    const std::size_t from = text.find(beginning);
    if (from != std::string::npos && text.substr(from).contains("'global'")) text.erase(from);
  }
  return text;
}

}  // namespace

struct ResourceWords::Known {
  Blocks blocks;
  Prefixes prefixes;
  std::vector<std::string> receivers;
  std::vector<std::string> intervals;

  // What else may be named here: a resource sees its own alone.
  std::string remedy_of(std::string_view what, const std::string& prefix) const {
    for (const auto& [kind, names] : {std::pair{"receiver", &receivers}, std::pair{"time interval", &intervals}}) {
      const std::string beginning = format("there is no {} '", kind);
      if (!what.starts_with(beginning)) continue;
      std::vector<std::string> own;
      for (const std::string& each : *names) {
        if (each.starts_with(prefix)) own.push_back(each.substr(prefix.size()));
      }
      if (own.empty()) return format("add it to the resource's own {}s", kind);
      return suggest(what.substr(beginning.size(), what.size() - beginning.size() - 1), own);
    }
    return {};
  }
};

ResourceWords::ResourceWords(const ResourceConfiguration& made) {
  auto known = std::make_unique<Known>();
  const yaml::Node& root = made.document->root();
  known->blocks = blocks_of(root);
  known->receivers = names_in(root, "receivers");
  known->intervals = names_in(root, "mute_time_intervals");
  for (const auto& document : made.resources) add_prefixes(document->root(), known->prefixes);
  known_ = std::move(known);
}

ResourceWords::~ResourceWords() = default;

void ResourceWords::tell(Diagnostic& diagnostic) const {
  const Names* kind = kind_at(known_->blocks, diagnostic.where);
  diagnostic.what = translated(without_global(without_files(diagnostic.what, kind)), kind);
  diagnostic.remedy = translated(without_global(diagnostic.remedy), kind);
  const auto after = known_->prefixes.upper_bound(diagnostic.where.line);
  if (after == known_->prefixes.begin()) return;
  const std::string& prefix = std::prev(after)->second;
  diagnostic.what = with_own_names(diagnostic.what, prefix);
  diagnostic.remedy = with_own_names(diagnostic.remedy, prefix);
  if (std::string remedy = known_->remedy_of(diagnostic.what, prefix); !remedy.empty()) {
    diagnostic.remedy = std::move(remedy);
  }
}

void ResourceWords::tell(Diagnostics& diagnostics, std::size_t first) const {
  for (std::size_t i = first; i < diagnostics.size(); ++i) tell(diagnostics[i]);
}

}  // namespace firedrill::notify
