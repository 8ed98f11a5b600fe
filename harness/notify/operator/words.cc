// Messages about the configuration that was made of resources, in the resources' words.
#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

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

}  // namespace

void tell_in_its_words(const yaml::Node& root, std::size_t first, Diagnostics& diagnostics) {
  const Blocks blocks = blocks_of(root);
  for (std::size_t i = first; i < diagnostics.size(); ++i) {
    Diagnostic& each = diagnostics[i];
    const Names* kind = kind_at(blocks, each.where);
    each.what = translated(without_files(each.what, kind), kind);
    each.remedy = translated(each.remedy, kind);
  }
}

}  // namespace firedrill::notify
