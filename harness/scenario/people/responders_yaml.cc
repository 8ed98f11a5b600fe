#include "scenario/people/responders_yaml.h"

#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"
#include "fake_services/actions/action_table.h"

namespace firedrill::scenario {
namespace {

namespace fs = fake_services;
using yaml::Block;
using yaml::ChildBlock;
using yaml::DecodedBlock;
using yaml::Node;
using yaml::Nulls;
using yaml::Shape;
using enum FieldType;

constexpr double kLongest = 366.0 * 86400;
constexpr std::array<std::string_view, 2> kWhileBusy = {"acknowledge", "later"};
constexpr std::array<std::string_view, 1> kPolicies = {"playbook"};
constexpr std::array<std::string_view, 4> kSeverities = {"P0", "P1", "P2", "P3"};

constexpr FieldSpec kResponder[] = {
    {.name = "person", .type = text, .required = true, .doc = "one of those who are on call by the on-call file"},
    {.name = "acknowledge",
     .type = distribution,
     .doc = "how long after a page is heard it is acknowledged; where absent, and of all who are not named here, "
            "lognormal with p50 2m and p90 5m, which is invented"},
    {.name = "while_busy",
     .type = text,
     .doc = "acknowledge: a further page as any other; later: only when those that were acknowledged are over",
     .default_text = "acknowledge",
     .choices = kWhileBusy},
    {.name = "policy",
     .type = text,
     .doc = "playbook: the steps of the playbook to which the page's alert leads, in their order, each when the one "
            "before was seen not to help, until the page is over",
     .choices = kPolicies},
    {.name = "step_takes",
     .type = duration,
     .doc = "of a playbook: from the acknowledgement to the first step, and from one to the next; the default is "
            "invented",
     .default_text = "3m",
     .min = 1,
     .max = 86400},
};
constexpr FieldSpec kAbsence[] = {
    {.name = "from", .type = duration, .doc = "since the end of the warm-up", .default_text = "0s", .max = kLongest},
    {.name = "to", .type = duration, .doc = "likewise; without it to the end of the run", .max = kLongest},
    {.name = "why", .type = text, .doc = "asleep, away: for people"},
};
constexpr FieldSpec kAction[] = {
    {.name = "after",
     .type = duration,
     .required = true,
     .doc = "how long after this person has acknowledged for the first time",
     .max = kLongest},
    {.name = "action", .type = text, .required = true, .doc = "what is done; `firedrill list actions -v` names all"},
};
constexpr FieldSpec kTarget{.name = "target", .type = target, .required = true, .doc = "the service: {service: web}"};
constexpr FieldSpec kNode{.name = "node", .type = text, .required = true, .doc = "the node, `node-<zone>`"};
constexpr FieldSpec kAlert{.name = "alert", .type = text, .required = true, .doc = "the alert's name"};
constexpr FieldSpec kSeverity{
    .name = "severity", .type = text, .required = true, .doc = "which it is", .choices = kSeverities};

constexpr std::array<std::string_view, 3> kPosts = {"all", "internal", "none"};
constexpr FieldSpec kCommunicate[] = {
    {.name = "posts",
     .type = text,
     .doc = "all: inside, and on the status page what is severe enough for it; internal: the status page is forgotten; "
            "none: nobody is told",
     .default_text = "all",
     .choices = kPosts},
    {.name = "first",
     .type = duration,
     .doc = "from the acknowledgement to the first post; the default is invented",
     .default_text = "3m",
     .max = kLongest},
    {.name = "every",
     .type = duration,
     .doc = "from one post to the next at the latest; without it as the playbook or the on-call file asks",
     .min = 1,
     .max = kLongest},
    {.name = "last",
     .type = duration,
     .doc = "from when all is over to the last post; the default is invented",
     .default_text = "2m",
     .max = kLongest},
};

std::span<const FieldSpec> communicate_fields() {
  return kCommunicate;
}
std::span<const FieldSpec> responder_fields() {
  return kResponder;
}
std::span<const FieldSpec> absence_fields() {
  return kAbsence;
}

constexpr Block kAbsenceBlock = {"absence", "a time in which no page is heard", absence_fields};
constexpr Block kCommunicateBlock = {"communicate", "what others are told by who has acknowledged first",
                                     communicate_fields};
constexpr ChildBlock kChildren[] = {
    {"communicate", Shape::one, &kCommunicateBlock, false,
     "what they tell others, of what they were the first to acknowledge, and when"},
    {"absent", Shape::list, &kAbsenceBlock, false, "times in which they hear no page: asleep, away"},
};
constexpr std::array<std::string_view, 1> kElsewhere = {"actions"};

const FieldSpec& subject_field(const fs::ActionSpec& action) {
  switch (action.target) {
    case fs::ActionTarget::service:
      return kTarget;
    case fs::ActionTarget::node:
      return kNode;
    case fs::ActionTarget::alert:
      return kAlert;
    case fs::ActionTarget::severity:
      return kSeverity;
  }
  std::unreachable();
}

const fs::ActionSpec* kind_of(const Node& entry, std::string_view name, Diagnostics& diagnostics) {
  const Node::Entry* kind = entry.entry("action");
  const std::string list = "`firedrill list actions` names those that there are";
  if (kind == nullptr) {
    report(diagnostics, entry.where(), format("{} lacks 'action'", name), list);
    return nullptr;
  }
  if (!kind->value->is_scalar()) {
    report(diagnostics, kind->key_node->where(),
           format("'action' must be the name of an action, found {}", kind->value->describe()), list);
    return nullptr;
  }
  if (const fs::ActionSpec* found = fs::find_action(kind->value->text)) return found;
  std::vector<std::string> known;
  for (const fs::ActionSpec& action : fs::action_table()) known.emplace_back(action.name);
  const std::string near = nearest(kind->value->text, known);
  report(diagnostics, kind->value->where(), format("there is no action '{}'", kind->value->text),
         near.empty() ? list : format("did you mean '{}'?", near));
  return nullptr;
}

// What an action does it does to a service as a whole.
bool is_whole_service(const TargetSpec& aim) {
  return !aim.service.empty() && aim.zone.empty() && aim.dependency.empty() && aim.mode == "all";
}

class ActionsDecoder {
 public:
  ActionsDecoder(ResponderEntry& entry, Diagnostics& diagnostics) : entry_(entry), diagnostics_(diagnostics) {}

  void decode(const Node& list) {
    if (list.is_null() || !expect_sequence(list, "'actions'", diagnostics_)) return;
    if (!expect_few(list, "'actions'", diagnostics_)) return;
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      decode_one(*list.items[i], format("action {} of '{}'", i + 1, entry_.responder.person));
    }
  }

 private:
  void decode_one(const Node& node, const std::string& name) {
    if (!expect_mapping(node, name, diagnostics_)) return;
    const fs::ActionSpec* spec = kind_of(node, name, diagnostics_);
    if (spec == nullptr) return;
    const std::size_t before = diagnostics_.size();
    const Fields fields = decode_fields(node, scripted_action_fields(*spec), {}, name, Nulls::strict, diagnostics_);
    if (diagnostics_.size() != before) return;
    ResponderEntry::Action action{.after = fields.duration("after"),
                                  .spec = spec,
                                  .subject_at = fields.where(subject_field(*spec).name),
                                  .where = node.where()};
    if (!take_subject(*spec, fields, action)) return;
    if (const auto problem = spec->check != nullptr ? spec->check(fields) : std::nullopt) {
      return report(diagnostics_, fields.where(problem->field), problem->what, problem->remedy);
    }
    action.arguments = fields;
    entry_.actions.push_back(std::move(action));
  }

  bool take_subject(const fs::ActionSpec& spec, const Fields& fields, ResponderEntry::Action& action) {
    if (spec.target != fs::ActionTarget::service) {
      action.subject = fields.text(subject_field(spec).name);
      return true;
    }
    const TargetSpec aim = fields.target("target");
    action.subject = aim.service;
    if (is_whole_service(aim)) return true;
    report(diagnostics_, fields.where("target"), format("the action {} is done to a service as a whole", spec.name),
           "expected {service: NAME}, and nothing else");
    return false;
  }

  ResponderEntry& entry_;
  Diagnostics& diagnostics_;
};

void take_absences(const DecodedBlock& block, oncall::Responder& responder, Diagnostics& diagnostics) {
  for (const DecodedBlock& each : block.all("absent")) {
    const oncall::Absence absence{.from = each.fields.duration("from"),
                                  .to = each.fields.duration("to", from_seconds(kLongest)),
                                  .why = each.fields.text("why")};
    if (absence.to <= absence.from) {
      report(diagnostics, each.fields.where("to"), "`to` is not later than `from`", "exchange them, or leave one out");
    }
    const auto same = std::ranges::find_if(responder.absences, [&](const oncall::Absence& other) {
      return absence.from < other.to && other.from < absence.to;
    });
    if (same != responder.absences.end()) {
      report(diagnostics, each.fields.where(each.fields.has("from") ? "from" : "to"),
             format("'{}' is absent already, from {} {}", responder.person, format_duration(same->from),
                    same->to < from_seconds(kLongest) ? "to " + format_duration(same->to) : std::string("on")),
             "put the two together");
    }
    responder.absences.push_back(absence);
  }
  // One may follow the other.
  std::ranges::stable_sort(responder.absences, {}, &oncall::Absence::from);
}

void take_talk(const DecodedBlock& block, oncall::Responder& responder) {
  const DecodedBlock* communicate = block.one("communicate");
  if (communicate == nullptr) return;
  const Fields& fields = communicate->fields;
  const std::string posts = fields.text("posts", "all");
  responder.talk = {.inside = posts != "none",
                    .outside = posts == "all",
                    .first = fields.duration("first", oncall::kUsualFirstPost),
                    .every = {},
                    .last = fields.duration("last", oncall::kUsualLastPost)};
  if (fields.has("every")) responder.talk.every = fields.duration("every");
}

}  // namespace

const Block kResponderBlock = {.name = "responder",
                               .doc = "somebody who answers pages, and what they do then",
                               .fields = responder_fields,
                               .children = kChildren,
                               .elsewhere = kElsewhere};

std::vector<FieldSpec> scripted_action_fields(const fs::ActionSpec& action) {
  std::vector<FieldSpec> fields(std::begin(kAction), std::end(kAction));
  fields.push_back(subject_field(action));
  fields.insert(fields.end(), action.fields.begin(), action.fields.end());
  return fields;
}

std::vector<ResponderEntry> make_responders(std::span<const DecodedBlock> blocks, Diagnostics& diagnostics) {
  std::vector<ResponderEntry> entries;
  for (const DecodedBlock& block : blocks) {
    const std::size_t before = diagnostics.size();
    ResponderEntry entry;
    const Fields& fields = block.fields;
    entry.responder.person = fields.text("person");
    entry.person_at = fields.where("person");
    entry.policy_at = fields.where("policy");
    entry.responder.acknowledge = fields.distribution("acknowledge", oncall::usual_acknowledgement());
    entry.responder.acknowledges_while_busy = fields.text("while_busy", "acknowledge") == "acknowledge";
    entry.responder.follows_playbooks = fields.has("policy");
    entry.responder.step = fields.duration("step_takes", oncall::kUsualStep);
    take_absences(block, entry.responder, diagnostics);
    take_talk(block, entry.responder);
    if (const Node* actions = block.node->is_mapping() ? block.node->find("actions") : nullptr) {
      ActionsDecoder(entry, diagnostics).decode(*actions);
    }
    const bool repeated = std::ranges::any_of(entries, [&](const ResponderEntry& each) {
      return each.responder.person == entry.responder.person && !entry.responder.person.empty();
    });
    if (repeated) {
      report(diagnostics, entry.person_at, format("'{}' is among the responders twice", entry.responder.person),
             "put the two together");
    }
    if (block.sound && diagnostics.size() == before) entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace firedrill::scenario
