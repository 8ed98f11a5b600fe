#include "notify/payload/data/data.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/text/format.h"
#include "template/values/go_time.h"

namespace firedrill::notify {
namespace {

namespace types = templates::types;
using templates::CallContext;
using templates::CallResult;
using templates::Field;
using templates::Kind;
using templates::List;
using templates::make_list;
using templates::make_map;
using templates::make_object;
using templates::make_text;
using templates::make_texts;
using templates::Method;
using templates::StringMap;
using templates::Type;
using templates::Value;

using Arguments = std::span<const Value>;
using Map = std::shared_ptr<const StringMap>;

struct Pair {
  std::string name;
  std::string value;
};

// Each version has types of its own: they differ in methods and fields.
template <Version version>
struct Types {
  static const Type pair;   // template.Pair
  static const Type pairs;  // template.Pairs
  static const Type kv;     // template.KV
  static const Type alert;
  static const Type alerts;
  static const Type some_alerts;  // []template.Alert, without methods
  static const Type data;
  static const Type data_pointer;
};

constexpr bool prints_pairs(Version version) {
  return version >= Version::v0_33;
}

const StringMap& map_of(const Value& value) {
  static const StringMap none;
  const auto* map = std::get_if<Map>(&value.data);
  return map == nullptr || *map == nullptr ? none : **map;
}

// The alert's name first, then by name.
std::vector<Pair> sorted_pairs(const StringMap& map) {
  std::vector<Pair> pairs;
  const auto name = map.find("alertname");
  if (name != map.end()) pairs.push_back({name->first, name->second});
  for (const auto& [key, value] : map) {
    if (key != "alertname") pairs.push_back({key, value});
  }
  return pairs;
}

std::string text_of(std::span<const Pair> pairs) {
  std::string out;
  for (const Pair& pair : pairs) out += format("{}{}={}", out.empty() ? "" : ", ", pair.name, pair.value);
  return out;
}

Value texts_of(std::span<const Pair> pairs, std::string Pair::* member) {
  std::vector<std::string> texts;
  for (const Pair& pair : pairs) texts.push_back(pair.*member);
  return make_texts(texts);
}

std::vector<Pair> listed(const Value& pairs) {
  std::vector<Pair> out;
  if (templates::is_nil(pairs)) return out;
  for (const Value& each : *pairs.list()) out.push_back(each.object<Pair>());
  return out;
}

template <Version version>
CallResult kv_sorted_pairs(const Value& kv, Arguments, const CallContext&) {
  List list;
  for (Pair& pair : sorted_pairs(map_of(kv))) {
    list.push_back(make_object(std::make_shared<const Pair>(std::move(pair)), Types<version>::pair));
  }
  return make_list(std::move(list), Types<version>::pairs);
}

template <Version version>
CallResult kv_remove(const Value& kv, Arguments arguments, const CallContext&) {
  auto rest = std::make_shared<StringMap>(map_of(kv));
  if (!templates::is_nil(arguments[0])) {
    for (const Value& name : *arguments[0].list()) rest->erase(name.text());
  }
  return make_map(Map(std::move(rest)), Types<version>::kv);
}

CallResult kv_names(const Value& kv, Arguments, const CallContext&) {
  return texts_of(sorted_pairs(map_of(kv)), &Pair::name);
}
CallResult kv_values(const Value& kv, Arguments, const CallContext&) {
  return texts_of(sorted_pairs(map_of(kv)), &Pair::value);
}
std::string kv_text(const Value& kv) {
  return text_of(sorted_pairs(map_of(kv)));
}
CallResult kv_string(const Value& kv, Arguments, const CallContext&) {
  return make_text(kv_text(kv));
}

CallResult pairs_names(const Value& pairs, Arguments, const CallContext&) {
  return texts_of(listed(pairs), &Pair::name);
}
CallResult pairs_values(const Value& pairs, Arguments, const CallContext&) {
  return texts_of(listed(pairs), &Pair::value);
}
std::string pairs_text(const Value& pairs) {
  return text_of(listed(pairs));
}
CallResult pairs_string(const Value& pairs, Arguments, const CallContext&) {
  return make_text(pairs_text(pairs));
}

template <Version version>
CallResult alerts_of_status(const Value& alerts, std::string_view status) {
  List list;
  if (!templates::is_nil(alerts)) {
    for (const Value& each : *alerts.list()) {
      if (each.object<TemplateAlert>().status == status) list.push_back(each);
    }
  }
  return make_list(std::move(list), Types<version>::some_alerts);
}
template <Version version>
CallResult alerts_firing(const Value& alerts, Arguments, const CallContext&) {
  return alerts_of_status<version>(alerts, "firing");
}
template <Version version>
CallResult alerts_resolved(const Value& alerts, Arguments, const CallContext&) {
  return alerts_of_status<version>(alerts, "resolved");
}

template <auto member>
struct Member;
template <typename Owner, typename Held, Held Owner::* member>
struct Member<member> {
  static Value text(const Value& object) { return make_text(object.object<Owner>().*member); }
  static Value time(const Value& object) { return templates::make_time(object.object<Owner>().*member); }
  template <Version version>
  static Value kv(const Value& object) {
    return make_map(object.object<Owner>().*member, Types<version>::kv);
  }
};

Value data_alerts(const Value& object) {
  return object.object<TemplateData>().alerts;
}

constexpr std::array kPairFields = std::to_array<Field>({
    {"Name", Member<&Pair::name>::text},
    {"Value", Member<&Pair::value>::text},
});

constexpr std::array kTexts{&types::texts};

constexpr std::array kPairsMethods = std::to_array<Method>({
    {"Names", {}, false, pairs_names},
    {"Values", {}, false, pairs_values},
    {"String", {}, false, pairs_string},
});

template <Version version>
constexpr std::array kKvMethods = std::to_array<Method>({
    {"SortedPairs", {}, false, kv_sorted_pairs<version>},
    {"Remove", kTexts, false, kv_remove<version>},
    {"Names", {}, false, kv_names},
    {"Values", {}, false, kv_values},
    {"String", {}, false, kv_string},
});

template <Version version>
constexpr std::array kAlertFields = std::to_array<Field>({
    {"Status", Member<&TemplateAlert::status>::text},
    {"Labels", Member<&TemplateAlert::labels>::kv<version>},
    {"Annotations", Member<&TemplateAlert::annotations>::kv<version>},
    {"StartsAt", Member<&TemplateAlert::starts_at>::time},
    {"EndsAt", Member<&TemplateAlert::ends_at>::time},
    {"GeneratorURL", Member<&TemplateAlert::generator_url>::text},
    {"Fingerprint", Member<&TemplateAlert::fingerprint>::text},
});

template <Version version>
constexpr std::array kAlertsMethods = std::to_array<Method>({
    {"Firing", {}, false, alerts_firing<version>},
    {"Resolved", {}, false, alerts_resolved<version>},
});

// The reason is the fourth; 0.25 has none.
template <Version version>
constexpr auto data_fields() {
  constexpr Field receiver{"Receiver", Member<&TemplateData::receiver>::text};
  constexpr Field status{"Status", Member<&TemplateData::status>::text};
  constexpr Field alerts{"Alerts", data_alerts};
  constexpr Field group{"GroupLabels", Member<&TemplateData::group_labels>::kv<version>};
  constexpr Field labels{"CommonLabels", Member<&TemplateData::common_labels>::kv<version>};
  constexpr Field annotations{"CommonAnnotations", Member<&TemplateData::common_annotations>::kv<version>};
  constexpr Field url{"ExternalURL", Member<&TemplateData::external_url>::text};
  if constexpr (version >= Version::v0_33) {
    constexpr Field reason{"NotificationReason", Member<&TemplateData::reason>::text};
    return std::array{receiver, status, alerts, reason, group, labels, annotations, url};
  } else {
    return std::array{receiver, status, alerts, group, labels, annotations, url};
  }
}
template <Version version>
constexpr auto kDataFields = data_fields<version>();

template <Version version>
constinit const Type Types<version>::pair{Kind::structure, "template.Pair", nullptr, kPairFields};
template <Version version>
constinit const Type Types<version>::pairs{
    Kind::list,
    "template.Pairs",
    &Types<version>::pair,
    {},
    std::span(kPairsMethods).first(kPairsMethods.size() - (prints_pairs(version) ? 0 : 1)),
    prints_pairs(version) ? pairs_text : nullptr};
template <Version version>
constinit const Type Types<version>::kv{
    Kind::map,
    "template.KV",
    &types::text,
    {},
    std::span(kKvMethods<version>).first(kKvMethods<version>.size() - (prints_pairs(version) ? 0 : 1)),
    prints_pairs(version) ? kv_text : nullptr};
template <Version version>
constinit const Type Types<version>::alert{Kind::structure, "template.Alert", nullptr, kAlertFields<version>};
template <Version version>
constinit const Type Types<version>::alerts{
    Kind::list, "template.Alerts", &Types<version>::alert, {}, kAlertsMethods<version>};
template <Version version>
constinit const Type Types<version>::some_alerts{Kind::list, "[]template.Alert", &Types<version>::alert};
template <Version version>
constinit const Type Types<version>::data{Kind::structure, "template.Data", nullptr, kDataFields<version>};
template <Version version>
constinit const Type Types<version>::data_pointer{Kind::pointer, "*template.Data", &Types<version>::data};

template <typename Labels>
Map to_map(const Labels& labels) {
  auto map = std::make_shared<StringMap>();
  for (const model::Label& each : labels) map->insert_or_assign(each.name, each.value);
  return map;
}

// Go's regexp.QuoteMeta.
std::string without_meaning(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view(R"(\.+*?()|[]{}^$)").contains(c)) out += '\\';
    out += c;
  }
  return out;
}

// What all of the maps have in common.
Map common(std::span<const FlushedAlert> alerts, Map (*of)(const Alert& alert)) {
  if (alerts.empty()) return std::make_shared<const StringMap>();
  auto shared = std::make_shared<StringMap>(*of(*alerts.front().alert));
  for (const FlushedAlert& each : alerts.subspan(1)) {
    if (shared->empty()) break;
    const Map other = of(*each.alert);
    std::erase_if(*shared, [&](const auto& entry) {
      const auto found = other->find(entry.first);
      // Go reads the empty text of what is not there.
      return found == other->end() ? !entry.second.empty() : found->second != entry.second;
    });
  }
  return shared;
}

templates::Instant instant(Time at) {
  return {.milliseconds = at.time_since_epoch().count()};
}

template <Version version>
Value root(const Notification& notification, std::string_view external_url, std::size_t most) {
  const auto alerts = std::span(notification.alerts).first(std::min(most, notification.alerts.size()));
  List list;
  bool is_firing = false;
  for (const FlushedAlert& each : alerts) {
    is_firing = is_firing || !each.is_resolved;
    const templates::Instant none{.milliseconds = templates::kZeroTime};
    list.push_back(make_object(std::make_shared<const TemplateAlert>(TemplateAlert{
                                   .status = each.is_resolved ? "resolved" : "firing",
                                   .labels = to_map(each.alert->labels),
                                   .annotations = to_map(each.alert->annotations),
                                   .starts_at = instant(each.starts_at()),
                                   .ends_at = each.ends_at() ? instant(*each.ends_at()) : none,
                                   .generator_url = each.alert->generator_url,
                                   .fingerprint = format("{:016x}", each.alert->fingerprint),
                               }),
                               Types<version>::alert));
  }
  auto data = std::make_shared<TemplateData>();
  data->receiver = without_meaning(notification.receiver);
  data->status = is_firing ? "firing" : "resolved";
  data->alerts = make_list(std::move(list), Types<version>::alerts);
  data->reason = reason_text(notification.reason);
  data->group_labels = to_map(notification.group->labels);
  data->common_labels = common(alerts, [](const Alert& alert) { return to_map(alert.labels); });
  data->common_annotations = common(alerts, [](const Alert& alert) { return to_map(alert.annotations); });
  data->external_url = external_url;
  return make_object(std::shared_ptr<const TemplateData>(std::move(data)), Types<version>::data_pointer);
}

}  // namespace

Value template_root(const Notification& notification, std::string_view external_url, Version version,
                    std::size_t most) {
  return version < Version::v0_33 ? root<Version::v0_25>(notification, external_url, most)
                                  : root<Version::v0_33>(notification, external_url, most);
}

std::string_view reason_text(Reason reason) {
  switch (reason) {
    case Reason::none:
      return "";
    case Reason::first_notification:
      return "first notification";
    case Reason::new_alerts:
      return "new alerts added";
    case Reason::some_resolved:
      return "some alerts resolved";
    case Reason::all_resolved:
      return "all alerts resolved";
    case Reason::repeat:
      return "repeat interval elapsed";
  }
  return {};
}

std::string json_name(const Type& structure, std::string_view field) {
  std::string name(field);
  if (structure.name == Types<kNewest>::pair.name) return name;
  if (field == "NotificationReason") return "notification_reason";
  name[0] = static_cast<char>(name[0] - 'A' + 'a');
  return name;
}

}  // namespace firedrill::notify
