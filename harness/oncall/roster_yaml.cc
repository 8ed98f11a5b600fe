#include "oncall/roster_yaml.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/report.h"
#include "base/text/format.h"
#include "oncall/roster_form.h"
#include "oncall/schedule/schedule_yaml.h"

namespace firedrill::oncall {
namespace {

using yaml::DecodedBlock;
using yaml::Node;

constexpr std::size_t kMostParts = 500;

class Decoder {
 public:
  explicit Decoder(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  Roster decode(const DecodedBlock& file) {
    std::vector<const DecodedBlock*> blocks;
    for (const char* key : {"schedule", "schedules"}) {
      for (const DecodedBlock& each : file.all(key)) blocks.push_back(&each);
    }
    if (blocks.empty() && file.sound) {
      report(diagnostics_, file.where, "there is no schedule in the on-call file",
             "add `schedule:` with a name and tiers, or `schedules:` with a list of them");
    }
    if (!are_few(blocks)) return {};
    for (const DecodedBlock* block : blocks) add(*block);
    check_people(file);
    check_then(blocks);
    check_receivers(file);
    if (const DecodedBlock* targets = file.one("response_targets")) {
      roster_.targets = response_targets(targets->fields, diagnostics_);
    }
    if (const DecodedBlock* communication = file.one("communication")) {
      roster_.communication = decode_communication(*communication, diagnostics_);
    }
    return std::move(roster_);
  }

 private:
  // Whoever is on call is looked for over years, in all of them.
  bool are_few(const std::vector<const DecodedBlock*>& schedules) {
    std::size_t count = 0;
    for (const DecodedBlock* schedule : schedules) {
      count += schedule->all("overrides").size();
      for (const DecodedBlock& tier : schedule->all("tiers")) {
        count += 1;
        for (const DecodedBlock& layer : tier.all("layers")) count += 1 + layer.all("restrictions").size();
      }
    }
    if (count <= kMostParts) return true;
    report(diagnostics_, schedules.front()->where,
           format("the on-call file has {} tiers, layers, restrictions and overrides", count),
           format("at most {} are read; put teams into files of their own", kMostParts));
    return false;
  }

  void add(const DecodedBlock& block) {
    Schedule schedule = decode_schedule(block, diagnostics_);
    if (roster_.find(schedule.name) != nullptr && !schedule.name.empty()) {
      report(diagnostics_, block.fields.where("name"), format("two schedules are called '{}'", schedule.name),
             "rename one of them");
    } else if (const Schedule* other = roster_.of_team(schedule.team); other != nullptr && !schedule.team.empty()) {
      report(diagnostics_, block.fields.where(block.fields.has("team") ? "team" : "name"),
             format("'{}' is the schedule '{}' as well", schedule.team, other->name),
             "give each team one schedule, with layers for what differs by the hour");
    }
    roster_.schedules.push_back(std::move(schedule));
  }

  // Everybody who is named has to be known: by `people` where it is there, else by a rotation.
  void check_people(const DecodedBlock& file) {
    std::set<std::string, std::less<>> known;
    const bool listed = file.fields.has("people");
    if (listed) {
      const std::vector<std::string> people = file.fields.texts("people");
      known.insert(people.begin(), people.end());
    } else {
      for (const Schedule& schedule : roster_.schedules) {
        for (const Tier& tier : schedule.tiers) {
          for (const Layer& layer : tier.layers) known.insert(layer.members.begin(), layer.members.end());
        }
      }
    }
    const std::vector<std::string> names(known.begin(), known.end());
    const auto check = [&](const std::string& name, const Position& where, std::string_view what) {
      if (name.empty() || known.contains(name)) return;
      report(diagnostics_, where,
             listed ? format("{} '{}' is not among `people`", what, name)
                    : format("{} '{}' is in no rotation of this file", what, name),
             names.empty() ? "name everybody in `people`" : suggest_one(name, names, diagnostics_));
    };
    if (listed) {
      for_each_member(file, [&](const std::string& name, const Position& at) { check(name, at, "the member"); });
    }
    for_each_schedule(file, [&](const DecodedBlock& schedule) {
      for (const DecodedBlock& each : schedule.all("overrides")) {
        if (each.fields.has("member")) check(each.fields.text("member"), each.fields.where("member"), "the stand-in");
      }
    });
  }

  template <typename Call>
  static void for_each_schedule(const DecodedBlock& file, const Call& call) {
    for (const char* key : {"schedule", "schedules"}) {
      for (const DecodedBlock& each : file.all(key)) call(each);
    }
  }

  template <typename Call>
  static void for_each_member(const DecodedBlock& file, const Call& call) {
    const auto members = [&](const DecodedBlock& block) {
      const std::vector<std::string> names = block.fields.texts("members");
      const Node* list = block.node->find("members");
      const std::vector<Position> places = yaml::places_of_items(list);
      for (std::size_t i = 0; i < names.size() && i < places.size(); ++i) call(names[i], places[i]);
    };
    for_each_schedule(file, [&](const DecodedBlock& schedule) {
      for (const DecodedBlock& tier : schedule.all("tiers")) {
        members(tier);
        for (const DecodedBlock& layer : tier.all("layers")) members(layer);
      }
    });
  }

  std::vector<std::string> schedule_names() const {
    std::vector<std::string> names;
    for (const Schedule& each : roster_.schedules) names.push_back(each.name);
    return names;
  }

  // The name of a schedule that was meant; where none of the file's has a name, that one is needed.
  std::string remedy_of(const std::string& schedule) const {
    std::string near = suggest_one(schedule, schedule_names(), diagnostics_);
    return near.empty() ? "write the name of a schedule of this file" : near;
  }

  // What is paged when a walk is over has to be there, and must not lead back.
  void check_then(const std::vector<const DecodedBlock*>& blocks) {
    std::set<std::string> told;
    for (std::size_t i = 0; i < roster_.schedules.size(); ++i) {
      const Schedule& schedule = roster_.schedules[i];
      if (schedule.then.empty()) continue;
      const Position& where = blocks[i]->fields.where("then");
      if (roster_.find(schedule.then) == nullptr) {
        report(diagnostics_, where, format("there is no schedule '{}'", schedule.then), remedy_of(schedule.then));
        continue;
      }
      std::string way = schedule.name;
      const Schedule* next = &schedule;
      for (std::size_t steps = 0; next != nullptr && !next->then.empty() && steps <= roster_.schedules.size();
           ++steps) {
        way += " → " + next->then;
        if (next->then == schedule.name) {
          if (!told.insert(schedule.name).second) break;
          for (const Schedule* each = roster_.find(schedule.then); each != nullptr && each != &schedule;
               each = roster_.find(each->then)) {
            told.insert(each->name);
          }
          report(diagnostics_, where, format("the escalation leads back to where it began: {}", way),
                 "end it with a schedule that has no `then`; `loops` says how often a walk begins again");
          break;
        }
        next = roster_.find(next->then);
      }
    }
  }

  void check_receivers(const DecodedBlock& file) {
    roster_.receivers = file.fields.text_map("receivers");
    const Node* mapping = file.node->find("receivers");
    for (const auto& [receiver, schedule] : roster_.receivers) {
      if (roster_.find(schedule) != nullptr) continue;
      const Node* value = mapping == nullptr ? nullptr : mapping->find(receiver);
      report(diagnostics_, value == nullptr ? file.where : value->where(),
             format("the receiver '{}' calls '{}', which is no schedule of this file", receiver, schedule),
             remedy_of(schedule));
    }
  }

  Diagnostics& diagnostics_;
  Roster roster_;
};

constexpr std::string_view kKeys[] = {"schedule", "schedules"};

// An Alertmanager's configuration has `receivers:` too, and cannot do without `route:`.
bool has_schedules(const Node& root) {
  return root.find("route") == nullptr &&
         std::ranges::any_of(kKeys, [&](std::string_view key) { return root.find(key) != nullptr; });
}

}  // namespace

constinit const yaml::FileForm kRosterForm = {.name = "on-call file",
                                              .keys = kKeys,
                                              .expected = "expected `schedule:` with a name and tiers",
                                              .claims = has_schedules};

std::optional<Roster> decode_roster(const yaml::Document& document, Diagnostics& diagnostics) {
  const Node& root = document.root();
  if (root.is_null()) {
    report(diagnostics, root.where(), "the on-call file is empty", std::string(kRosterForm.expected));
    return std::nullopt;
  }
  Diagnostics found;
  const DecodedBlock file = yaml::decode_block(root, roster_block(), "the on-call file", found);
  std::optional<Roster> roster;
  if (root.is_mapping()) {
    roster = Decoder(found).decode(file);
    roster->file = document.source()->name;
  }
  const bool sound = !has_errors(found);
  std::ranges::move(found, std::back_inserter(diagnostics));
  if (!sound) return std::nullopt;
  return roster;
}

}  // namespace firedrill::oncall
