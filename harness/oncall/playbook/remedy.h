// What people do against an incident, by one table: the names that playbooks have for it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/action.h"

namespace firedrill::oncall {

// Every kind, a row each: its name, what it is done to, what it is.
#define FIREDRILL_REMEDIES(REMEDY)                                                        \
  REMEDY(rollback, service, "the version before takes the place of the one that runs")    \
  REMEDY(restart, service, "pods are replaced by new ones of the same version")           \
  REMEDY(scale, service, "another number of replicas")                                    \
  REMEDY(failover, service, "another replica takes the writes")                           \
  REMEDY(drain, node, "a node gets no pods any more, and those that it has go elsewhere") \
  REMEDY(shed_load, service, "a share of the requests is turned away")                    \
  REMEDY(disable_feature, service, "what can be done without is switched off")            \
  REMEDY(warm_cache, service, "a cache is filled before requests are let through")        \
  REMEDY(renew_certificate, service, "a new certificate")                                 \
  REMEDY(free_disk, service, "files are removed from a disk that is full")                \
  REMEDY(fix_config, service, "a configuration is put right")                             \
  REMEDY(kill_query, service, "a query that holds up others is ended")                    \
  REMEDY(rate_limit, service, "a caller, or a route, gets no more than so many requests") \
  REMEDY(silence, alert, "an alert notifies nobody for a time")                           \
  REMEDY(declare, severity, "an incident is declared, which calls who belongs to it")

enum class Remedy {
#define FIREDRILL_REMEDY(name, target, doc) name,
  FIREDRILL_REMEDIES(FIREDRILL_REMEDY)
#undef FIREDRILL_REMEDY
};

enum class RemedyTarget { service, node, alert, severity };

struct RemedySpec {
  Remedy remedy;
  std::string_view name;
  RemedyTarget target;
  std::string_view doc;
};

// In the order of the enumeration.
std::span<const RemedySpec> remedies();
const RemedySpec& spec_of(Remedy remedy);
std::string_view to_string(Remedy remedy);
std::optional<Remedy> parse_remedy(std::string_view name);
std::vector<std::string> remedy_names();

// How the world is told to do it: what it does there, and what it is given, says fake_services/actions.
events::ActionKind action_of(Remedy remedy);

}  // namespace firedrill::oncall
