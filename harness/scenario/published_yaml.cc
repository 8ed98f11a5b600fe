#include "scenario/published_yaml.h"

#include <algorithm>
#include <array>

#include "base/report.h"
#include "base/text/format.h"
#include "incident/course/course.h"

namespace firedrill::scenario {
namespace {

using record::Counterpart;
using record::Published;
using record::PublishedTime;
using yaml::Block;
using yaml::ChildBlock;
using yaml::DecodedBlock;
using yaml::Shape;
using enum FieldType;

constexpr double kLongest = 366.0 * 86400;
constexpr double kLargestFactor = 100;

constexpr std::array<std::string_view, 2> kSince = {"injected", "breached"};

constexpr FieldSpec kPublished[] = {
    {.name = "source", .type = text, .required = true, .doc = "what was published, in words, for reports"},
    {.name = "from",
     .type = text,
     .doc = "id of the fault from whose beginning the times count; without it the one that begins first"},
    {.name = "since",
     .type = text,
     .doc = "injected: they count from that beginning; breached: from when the first incident broke, where nobody has "
            "published when its cause began",
     .default_text = "injected",
     .choices = kSince},
    {.name = "factor",
     .type = number,
     .doc = "within which the times of a run are to agree with the published ones",
     .default_text = "2",
     .min = 1,
     .max = kLargestFactor},
};

// What may stand for a published time, and what may say more of it.
struct Stands {
  std::string_view field;
  std::string_view kind;
  std::string_view more;  // empty: nothing
};
constexpr std::array kStands{Stands{"is", "incident", "incident"}, Stands{"alert", "alert", ""},
                             Stands{"begins", "begins", ""}, Stands{"ends", "ends", ""},
                             Stands{"action", "action", "target"}};

std::span<const FieldSpec> published_fields() {
  return kPublished;
}
std::span<const FieldSpec> time_fields() {
  static const std::array kTime{
      FieldSpec{.name = "at",
                .type = offset,
                .required = true,
                .doc = "when it was, since the beginning of that fault; before it with a minus",
                .min = -kLongest,
                .max = kLongest},
      FieldSpec{.name = "what", .type = text, .required = true, .doc = "what happened then, in a few words"},
      FieldSpec{.name = "is",
                .type = text,
                .doc = "the time of the incident that stands for it in a run",
                .choices = incident::incident_steps()},
      FieldSpec{.name = "incident", .type = text, .doc = "of `is`: which incident; without it the first"},
      FieldSpec{.name = "alert", .type = text, .doc = "the alert whose first firing stands for it"},
      FieldSpec{.name = "begins", .type = text, .doc = "the fault whose beginning does"},
      FieldSpec{.name = "ends", .type = text, .doc = "the fault whose end does"},
      FieldSpec{.name = "action", .type = text, .doc = "the action whose first taking by anybody does"},
      FieldSpec{.name = "target", .type = text, .doc = "of `action`: the service, or the node, that it is done to"},
  };
  return kTime;
}

constexpr Block kTimeBlock = {"time", "a published time", time_fields};
constexpr ChildBlock kPublishedChildren[] = {
    {"times", Shape::list, &kTimeBlock, true, "what happened when, in the order in which it happened"},
};

// What stands for it in a run; nothing where nothing does. False, and told, where that is not clear.
bool decode_counterpart(const Fields& fields, std::optional<Counterpart>& out, Diagnostics& diagnostics) {
  const Stands* first = nullptr;
  for (const Stands& each : kStands) {
    if (!fields.has(each.field)) continue;
    if (first != nullptr) {
      report(diagnostics, fields.where(each.field),
             format("both '{}' and '{}' say what stands for it", first->field, each.field), "keep one of them");
      return false;
    }
    first = &each;
  }
  for (const Stands& each : kStands) {
    if (each.more.empty() || !fields.has(each.more) || first == &each) continue;
    report(diagnostics, fields.where(each.more), format("'{}' makes no sense without '{}'", each.more, each.field),
           format("add `{}`, or remove it", each.field));
    return false;
  }
  if (first == nullptr) return true;
  out = Counterpart{.kind = std::string(first->kind), .name = fields.text(first->field), .of = {}};
  if (!first->more.empty() && fields.has(first->more)) out->of = fields.text(first->more);
  return true;
}

bool decode_time(const DecodedBlock& block, Published& published, Diagnostics& diagnostics) {
  const Fields& fields = block.fields;
  if (!block.sound) return false;
  PublishedTime time{.after = fields.duration("at"), .what = fields.text("what"), .here = {}, .where = block.where};
  for (const Stands& each : kStands) {
    if (fields.has(each.field)) time.where = fields.where(each.field);
  }
  if (!published.times.empty() && time.after < published.times.back().after) {
    report(diagnostics, fields.where("at"), format("'{}' comes after what was later", time.what),
           "write the times in their order");
    return false;
  }
  if (!decode_counterpart(fields, time.here, diagnostics)) return false;
  published.times.push_back(std::move(time));
  return true;
}

}  // namespace

const Block kPublishedBlock = {.name = "published",
                               .doc = "the published course of an incident that this scenario retells",
                               .fields = published_fields,
                               .children = kPublishedChildren};

std::optional<Published> make_published(const DecodedBlock* block, const std::string& first_fault,
                                        Diagnostics& diagnostics) {
  if (block == nullptr) return std::nullopt;
  const Fields& fields = block->fields;
  Published published{.source = fields.text("source"),
                      .from = fields.text("from", first_fault),
                      .since = fields.text("since", "injected"),
                      .factor = fields.number("factor", 2),
                      .times = {},
                      .where = fields.has("from") ? fields.where("from") : block->where};
  bool sound = block->sound;
  for (const DecodedBlock& time : block->all("times")) sound = decode_time(time, published, diagnostics) && sound;
  if (!sound) return std::nullopt;
  if (published.from.empty()) {
    report(diagnostics, block->where, "published times count from a fault, and the scenario has none",
           "add the fault, or remove 'published'");
    return std::nullopt;
  }
  if (published.times.empty()) {
    report(diagnostics, block->where, "no time was published", "add `times:`, or remove 'published'");
    return std::nullopt;
  }
  return published;
}

}  // namespace firedrill::scenario
