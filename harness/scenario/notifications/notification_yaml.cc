#include "scenario/notifications/notification_yaml.h"

#include <array>

#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"
#include "incident/alerts/paging.h"
#include "notify/config/form/scalars.h"

namespace firedrill::scenario {
namespace {

using yaml::DecodedBlock;
using enum FieldType;

constexpr double kLongest = 366.0 * 86400;
constexpr double kShortest = 0.001;

constexpr std::array<std::string_view, 2> kVersions = {"0.25", "0.33"};
constexpr FieldSpec kAlertmanager[] = {
    {.name = "config_file", .type = text, .required = true, .doc = "path of an alertmanager.yml"},
    {.name = "version",
     .type = text,
     .doc = "the Alertmanager that is meant, where releases differ",
     .default_text = "0.33",
     .choices = kVersions},
    {.name = "external_url", .type = text, .doc = "--web.external-url, which templates know"},
    {.name = "dispatch_start_delay",
     .type = duration,
     .doc = "--dispatch.start-delay: how long after its start no group is flushed",
     .default_text = "0s",
     .max = kLongest},
    {.name = "dispatch_maintenance_interval",
     .type = duration,
     .doc = "--dispatch.maintenance-interval: how often 0.25 removes empty groups",
     .default_text = "30s",
     .min = kShortest,
     .max = kLongest},
    {.name = "data_maintenance_interval",
     .type = duration,
     .doc = "--data.maintenance-interval: how often the notification log forgets what has expired",
     .default_text = "15m",
     .min = kShortest,
     .max = kLongest},
    {.name = "data_retention",
     .type = duration,
     .doc = "--data.retention: how long the notification log keeps its entries",
     .default_text = "120h",
     .min = kShortest,
     .max = 10 * kLongest},
    {.name = "alerts_gc_interval",
     .type = duration,
     .doc = "--alerts.gc-interval: how often alerts that are over are forgotten",
     .default_text = "30m",
     .min = kShortest,
     .max = kLongest},
};

constexpr FieldSpec kSilence[] = {
    {.name = "matchers",
     .type = texts,
     .required = true,
     .doc = "matchers of the alerts' labels as Alertmanager writes them, all of which must hold"},
    {.name = "from", .type = duration, .doc = "when it begins, since the end of the warm-up", .default_text = "0s"},
    {.name = "to", .type = duration, .doc = "when it ends; without it with the run"},
    {.name = "comment", .type = text, .doc = "why, as people would write it"},
};

constexpr FieldSpec kPaging[] = {
    {.name = "receivers",
     .type = texts,
     .doc = "Alertmanager's receivers that call a person; without it those with an integration that does (PagerDuty, "
            "Opsgenie, VictorOps, Pushover, incident.io)"},
    {.name = "matchers",
     .type = texts,
     .doc = "matchers of the alerts' labels as Alertmanager writes them, all of which must hold; they count where "
            "there is no Alertmanager"},
};

std::span<const FieldSpec> alertmanager_fields() {
  return kAlertmanager;
}
std::span<const FieldSpec> silence_fields() {
  return kSilence;
}
std::span<const FieldSpec> paging_fields() {
  return kPaging;
}

// Of a sequence its items, of a single text itself.
std::vector<Position> places_of(const DecodedBlock& block, std::string_view field) {
  return yaml::places_of_items(block.node->find(field));
}

}  // namespace

constinit const yaml::Block kAlertmanagerBlock = {
    .name = "alertmanager", .doc = "the Alertmanager that alerts are sent to", .fields = alertmanager_fields};
constinit const yaml::Block kSilenceBlock = {
    .name = "silence", .doc = "a silence that somebody has set", .fields = silence_fields};
constinit const yaml::Block kPagingBlock = {
    .name = "paging",
    .doc =
        "which alerts are for a person at once; without it and without an Alertmanager those whose severity is "
        "critical, page, emergency, P0 or P1",
    .fields = paging_fields};

std::optional<AlertmanagerEntry> make_alertmanager(const DecodedBlock* block, Diagnostics& diagnostics) {
  if (block == nullptr || !block->fields.has("config_file")) return std::nullopt;
  const Fields& fields = block->fields;
  AlertmanagerEntry entry;
  entry.config_file = fields.text("config_file");
  entry.config_file_at = fields.where("config_file");
  entry.version = notify::parse_version(fields.text("version")).value_or(notify::kNewest);
  entry.external_url = fields.text("external_url");
  if (!entry.external_url.empty()) {
    const std::string fault = notify::fault_of_external_url(entry.external_url);
    if (!fault.empty()) {
      report(diagnostics, fields.where("external_url"), format("'{}': {}", entry.external_url, fault),
             notify::kExternalUrlExpected);
    }
  }
  notify::Flags& flags = entry.flags;
  const auto set = [&](Duration& flag, std::string_view name) { flag = fields.duration(name, flag); };
  set(flags.dispatch_start_delay, "dispatch_start_delay");
  set(flags.dispatch_maintenance_interval, "dispatch_maintenance_interval");
  set(flags.data_maintenance_interval, "data_maintenance_interval");
  set(flags.data_retention, "data_retention");
  set(flags.alerts_gc_interval, "alerts_gc_interval");
  // `fields` has its default, too.
  const bool delay_is_given = block->node->find("dispatch_start_delay") != nullptr;
  if (entry.version < notify::Version::v0_33 && delay_is_given) {
    report(diagnostics, fields.where("dispatch_start_delay"), "Alertmanager 0.25 has no --dispatch.start-delay",
           "leave it out, or name a version that has it: `version: \"0.33\"`");
  }
  return entry;
}

std::vector<SilenceEntry> make_silences(std::span<const DecodedBlock> blocks, Duration duration,
                                        Diagnostics& diagnostics) {
  std::vector<SilenceEntry> silences;
  for (const DecodedBlock& block : blocks) {
    const Fields& fields = block.fields;
    if (!block.sound) continue;
    SilenceEntry entry{.matchers = fields.texts("matchers"),
                       .matchers_at = places_of(block, "matchers"),
                       .from = fields.duration("from"),
                       .to = {},
                       .comment = fields.text("comment"),
                       .where = block.where};
    if (fields.has("to")) entry.to = fields.duration("to");
    if (entry.matchers.empty()) {
      report(diagnostics, fields.where("matchers"), "the silence has no matchers",
             "say which alerts it is for: `matchers: ['alertname=\"DiskFull\"']`");
    } else if (entry.to && *entry.to <= entry.from) {
      report(diagnostics, fields.where("to"), "`to` is not later than `from`", "exchange them, or leave one out");
    } else if (duration > 0ms && entry.from >= duration) {
      report(diagnostics, fields.where("from"),
             format("the silence begins at {}, and the run ends at {}", format_duration(entry.from),
                    format_duration(duration)),
             "`from` counts from the end of the warm-up; begin earlier, or raise `duration`");
    } else {
      silences.push_back(std::move(entry));
    }
  }
  return silences;
}

PagingEntry make_paging(const DecodedBlock* block, std::vector<std::string>& matchers, Diagnostics& diagnostics) {
  PagingEntry entry;
  if (block == nullptr) return entry;
  entry.receivers = block->fields.texts("receivers");
  if (block->fields.has("receivers")) entry.receivers_at = places_of(*block, "receivers");
  entry.has_matchers = block->fields.has("matchers");
  if (block->fields.has("receivers") && entry.receivers.empty()) {
    report(diagnostics, block->fields.where("receivers"), "no receiver is named that calls a person",
           "name one, or leave `receivers` out");
  }
  if (!entry.has_matchers) {
    if (block->sound && !block->fields.has("receivers")) {
      report(diagnostics, block->where, "`paging` does not say which alerts page",
             "give `receivers` where there is an Alertmanager, else `matchers`");
    }
    return entry;
  }
  matchers = block->fields.texts("matchers");
  const std::vector<Position> places = places_of(*block, "matchers");
  for (std::size_t i = 0; i < matchers.size(); ++i) {
    if (const auto matcher = incident::parse_paging_matcher(matchers[i]); !matcher) {
      report(diagnostics, places[i], format("'{}' is no matcher of labels", matchers[i]), matcher.error());
    }
  }
  if (matchers.empty()) {
    report(diagnostics, block->fields.where("matchers"), "no matcher says which alerts page",
           "leave `paging` out for the usual severities");
  }
  return entry;
}

}  // namespace firedrill::scenario
