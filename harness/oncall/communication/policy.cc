#include "oncall/communication/policy.h"

#include "base/report.h"
#include "base/text/format.h"

namespace firedrill::oncall {
namespace {

using yaml::Block;
using yaml::ChildBlock;
using yaml::Shape;
using enum FieldType;

constexpr double kLeastSeconds = 1;
constexpr std::array<std::string_view, 4> kLevels{"P0", "P1", "P2", "P3"};

constexpr FieldSpec kPolicy[] = {
    {.name = "public_up_to",
     .type = text,
     .doc = "the mildest severity of which the status page tells",
     .default_text = "P2",
     .choices = kLevels},
    {.name = "templates",
     .type = text_map,
     .doc = "texts of posts by what they are for: internal, external, internal_P0 to external_P3"},
    {.name = "templates_from",
     .type = text,
     .doc =
         "a folder of such texts, in files internal.tmpl, external_P0.tmpl and so on; it counts from this file's own"},
};
constexpr FieldSpec kFirstPost[] = {
    {.name = "P0", .type = duration, .doc = "of an outage", .default_text = "5m", .min = kLeastSeconds},
    {.name = "P1", .type = duration, .doc = "of a major degradation", .default_text = "5m", .min = kLeastSeconds},
    {.name = "P2", .type = duration, .doc = "of a partial degradation", .default_text = "5m", .min = kLeastSeconds},
    {.name = "P3", .type = duration, .doc = "of a minor issue", .default_text = "30m", .min = kLeastSeconds},
};
constexpr FieldSpec kCadence[] = {
    {.name = "P0", .type = duration, .doc = "of an outage", .default_text = "30m", .min = kLeastSeconds},
    {.name = "P1", .type = duration, .doc = "of a major degradation", .default_text = "1h", .min = kLeastSeconds},
    {.name = "P2", .type = duration, .doc = "of a partial degradation", .default_text = "4h", .min = kLeastSeconds},
    {.name = "P3", .type = duration, .doc = "of a minor issue; left out: nothing is asked", .min = kLeastSeconds},
};

template <const auto& Table>
std::span<const FieldSpec> fields() {
  return Table;
}

constexpr Block kFirstPostBlock{"first posts", "how soon the first post is to come after the acknowledgement",
                                fields<kFirstPost>};
constexpr Block kCadenceBlock{"cadence", "how often there is an update", fields<kCadence>};
constexpr ChildBlock kChildren[] = {
    {"first_post", Shape::one, &kFirstPostBlock, false,
     "how soon the first post is to come after the acknowledgement, by severity"},
    {"cadence", Shape::one, &kCadenceBlock, false,
     "how often there is an update, by severity; a playbook's own cadence goes before it"},
};

// Each of them, where it stands.
void take_templates(const yaml::DecodedBlock& block, CommunicationPolicy& policy, Diagnostics& diagnostics) {
  const auto own = block.fields.text_map("templates");
  if (own.empty()) return;
  const yaml::Node* mapping = block.node->find("templates");
  auto templates = std::make_shared<PostTemplates>(PostTemplates::shipped());
  bool sound = true;
  for (const auto& [name, words] : own) {
    const yaml::Node* value = mapping == nullptr ? nullptr : mapping->find(name);
    const Position where = value == nullptr ? block.where : value->where();
    if (!is_template_name(name)) {
      report(diagnostics, where, format("there are no posts '{}'", name), template_names_remedy(name));
      sound = false;
    } else if (const auto problem = templates->add(name, words)) {
      report(diagnostics, where, problem->what, problem->remedy);
      sound = false;
    }
  }
  if (sound) policy.templates = std::move(templates);
}

}  // namespace

const Block kCommunicationBlock{"communication", "what others are told of incidents, and how soon", fields<kPolicy>,
                                kChildren};

CommunicationPolicy decode_communication(const yaml::DecodedBlock& block, Diagnostics& diagnostics) {
  CommunicationPolicy policy;
  policy.public_up_to =
      record::parse_severity(block.fields.text("public_up_to", "P2")).value_or(record::SeverityLevel::p2);
  if (const yaml::DecodedBlock* first = block.one("first_post")) {
    for (std::size_t i = 0; i < kLevels.size(); ++i) {
      policy.first_post[i] = first->fields.duration(kLevels[i], policy.first_post[i]);
    }
  }
  if (const yaml::DecodedBlock* cadence = block.one("cadence")) {
    for (std::size_t i = 0; i < kLevels.size(); ++i) {
      if (cadence->fields.has(kLevels[i])) policy.cadence[i] = cadence->fields.duration(kLevels[i]);
    }
  }
  policy.template_folder = block.fields.text("templates_from");
  policy.template_folder_at = block.fields.where("templates_from");
  take_templates(block, policy, diagnostics);
  return policy;
}

}  // namespace firedrill::oncall
