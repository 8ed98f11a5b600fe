// What a team tells others of its incidents: the words of posts, what the on-call file asks of them, how it was kept,
// and the status page, in the shape of Statuspage's API.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "record/severity.h"

namespace firedrill::record {

// Of whom a post is read: the team's own people, or everybody.
inline constexpr std::string_view kInternal = "internal";
inline constexpr std::string_view kExternal = "external";

// How far a team is with an incident, as it says: in this order, but for `identified`, to which it may come back.
enum class PostStatus { investigating, identified, monitoring, resolved };
std::string_view to_string(PostStatus status);
std::optional<PostStatus> parse_post_status(std::string_view text);

// Statuspage's impact of an incident so severe: critical, major, minor, none.
std::string_view impact_of(SeverityLevel level);
// Statuspage's status of a component of which that is measured: major_outage, partial_outage, degraded_performance,
// operational.
std::string_view component_status_of(SeverityLevel level);

// "web=major_outage, admin=operational": how an event of a post has its components.
struct ComponentStatus {
  std::string name;
  std::string status;
  bool operator==(const ComponentStatus&) const = default;
};
std::string write_components(const std::vector<ComponentStatus>& components);
std::vector<ComponentStatus> read_components(std::string_view text);

// How soon the first post is to come.
struct FirstPostTarget {
  SeverityLevel severity = SeverityLevel::p3;
  Duration within{};
  bool operator==(const FirstPostTarget&) const = default;
};

// How often there is to be an update.
struct UpdateCadence {
  SeverityLevel severity = SeverityLevel::p3;
  Duration every{};
  std::optional<std::string> alert;  // whose playbook says so; absent: the on-call file
  bool operator==(const UpdateCadence&) const = default;
};

// What is asked of a team.
struct CommunicationTargets {
  SeverityLevel public_up_to = SeverityLevel::p2;  // the mildest severity of which the status page tells
  std::vector<FirstPostTarget> first_posts;        // P0 to P3
  std::vector<UpdateCadence> cadences;             // of severities that have none nothing is asked
  bool operator==(const CommunicationTargets&) const = default;
};

// From one post to the next, or to where one was missing.
struct UpdateGap {
  Time from;
  Time to;
  Duration every{};  // that was asked
  bool kept = true;
  bool operator==(const UpdateGap&) const = default;
};

// What came of it for one incident.
struct IncidentCommunication {
  std::string channel;               // that is judged: external, or internal of one too mild for the status page
  std::vector<std::string> told_as;  // what the team called it
  int posts_internal = 0;
  int posts_external = 0;
  std::optional<Time> first_due;  // absent: nobody had heard of it
  std::optional<Time> first_at;
  std::string first;  // kept | missed | open | not due
  std::vector<UpdateGap> gaps;
  std::string cadence;  // kept | missed | not asked
  std::optional<Time> final_at;
  std::string final_post;  // kept | too early | missed | open | not due
  bool operator==(const IncidentCommunication&) const = default;
};

// The status page.
struct ComponentChange {
  std::string code;
  std::string name;
  std::string old_status;
  std::string new_status;
  bool operator==(const ComponentChange&) const = default;
};
struct StatusUpdate {
  std::string id;
  std::string status;
  std::string body;
  Time created_at;
  Time display_at;
  std::vector<ComponentChange> affected_components;
  bool operator==(const StatusUpdate&) const = default;
};
struct StatusComponent {
  std::string id;
  std::string name;
  std::string status;
  bool operator==(const StatusComponent&) const = default;
};
struct StatusIncident {
  std::string id;
  std::string name;
  std::string status;
  std::string impact;
  Time created_at;
  Time updated_at;
  std::optional<Time> monitoring_at;
  std::optional<Time> resolved_at;
  std::vector<StatusUpdate> incident_updates;  // the newest first
  std::vector<StatusComponent> components;     // as the last update has them
  bool operator==(const StatusIncident&) const = default;
};
struct StatusPage {
  std::vector<StatusIncident> incidents;    // the newest first
  std::vector<StatusComponent> components;  // at the end
  bool operator==(const StatusPage&) const = default;
};

}  // namespace firedrill::record
