// The fields of what a record says of people: who could be called, what others were told, the pages of shifts, how
// whoever worked a drill did. A part of record/fields.h.
#pragma once

#include "record/field_visitor.h"
#include "record/on_call.h"
#include "record/people/communication.h"
#include "record/people/drill.h"
#include "record/people/shift.h"

namespace firedrill::record {

template <typename Visitor, Of<OnCallSchedule> T>
void fields(Visitor& v, T& x) {
  v("name", x.name, "The schedule.");
  v("tiers", x.tiers, "In the order in which they are paged.");
  v("zone", x.zone, "Whose clocks count.");
}

template <typename Visitor, Of<ResponseTarget> T>
void fields(Visitor& v, T& x) {
  v("severity", x.severity, "P0 to P3.");
  v("within_seconds", x.within, "An incident so severe is to be acknowledged in less.");
}

template <typename Visitor, Of<FirstPostTarget> T>
void fields(Visitor& v, T& x) {
  v("severity", x.severity, "P0 to P3.");
  v("within_seconds", x.within, "The first post is to come no later than this after the acknowledgement.");
}

template <typename Visitor, Of<UpdateCadence> T>
void fields(Visitor& v, T& x) {
  v("severity", x.severity, "P0 to P3.");
  v("every_seconds", x.every, "The next update is to come no later than this after the one before.");
  v("alert", x.alert, "The alert whose playbook says so; absent: the on-call file.");
}

template <typename Visitor, Of<CommunicationTargets> T>
void fields(Visitor& v, T& x) {
  v("public_up_to", x.public_up_to, "The mildest severity of which the status page tells.");
  v("first_posts", x.first_posts, "How soon the first post is to come.");
  v("cadences", x.cadences, "How often there is to be an update.");
}

template <typename Visitor, Of<UpdateGap> T>
void fields(Visitor& v, T& x) {
  v("from", x.from, "The post.");
  v("to", x.to, "The next one; where there was none, the end of the incident or of the run.");
  v("every_seconds", x.every, "Within which it was to come.");
  v("kept", x.kept, "Whether it did.");
}

template <typename Visitor, Of<IncidentCommunication> T>
void fields(Visitor& v, T& x) {
  choice(v, "channel", x.channel, {kInternal, kExternal},
         "Where it is judged: internal, of an incident too mild for the status page.");
  v("told_as", x.told_as, "What the team called it.");
  v("posts_internal", x.posts_internal, "How many posts inside told of it.");
  v("posts_external", x.posts_external, "How many updates of the status page did.");
  v("first_due", x.first_due, "When the first post was to be there; absent: nobody had heard of it.");
  v("first_at", x.first_at, "The first post.");
  choice(v, "first", x.first, {"kept", "missed", "open", "not due"},
         "Whether it came in time; open: it was not due by the run's end, not due: nobody had heard of the incident.");
  v("gaps", x.gaps, "From post to post, as far as a cadence was asked.");
  choice(v, "cadence", x.cadence, {"kept", "missed", "not asked"}, "Of all gaps together.");
  v("final_at", x.final_at, "The post that said that it is over.");
  choice(
      v, "final", x.final_post, {"kept", "too early", "missed", "open", "not due"},
      "Whether there was one; too early: what was broken was so still; open: the incident was not over by the run's "
      "end, or just so; not due: it was over before anything was to be told, or broke nothing and was too mild for the "
      "status page.");
}

template <typename Visitor, Of<ComponentChange> T>
void fields(Visitor& v, T& x) {
  v("code", x.code, "The component's id.");
  v("name", x.name, "Its name.");
  v("old_status", x.old_status, "Before.");
  v("new_status", x.new_status, "From then on.");
}

template <typename Visitor, Of<StatusUpdate> T>
void fields(Visitor& v, T& x) {
  v("id", x.id, "The update's id.");
  choice(v, "status", x.status, {"investigating", "identified", "monitoring", "resolved"},
         "How far the team was, as it said.");
  v("body", x.body, "What was posted.");
  v("created_at", x.created_at, "When.");
  v("display_at", x.display_at, "The same.");
  v("affected_components", x.affected_components, "Components whose status it changed.");
}

template <typename Visitor, Of<StatusComponent> T>
void fields(Visitor& v, T& x) {
  v("id", x.id, "The component's id.");
  v("name", x.name, "Its name: an entry point.");
  choice(v, "status", x.status, {"operational", "degraded_performance", "partial_outage", "major_outage"},
         "As it was posted.");
}

template <typename Visitor, Of<StatusIncident> T>
void fields(Visitor& v, T& x) {
  v("id", x.id, "The incident's id on the status page.");
  v("name", x.name, "Its name there.");
  choice(v, "status", x.status, {"investigating", "identified", "monitoring", "resolved"}, "Of the last update.");
  choice(v, "impact", x.impact, {"none", "minor", "major", "critical"}, "By the worst severity that was posted.");
  v("created_at", x.created_at, "The first update.");
  v("updated_at", x.updated_at, "The last one.");
  v("monitoring_at", x.monitoring_at, "The first update that says so; absent: none does.");
  v("resolved_at", x.resolved_at, "The update that says so; absent: none does.");
  v("incident_updates", x.incident_updates, "The newest first.");
  v("components", x.components, "As the last update has them.");
}

template <typename Visitor, Of<StatusPage> T>
void fields(Visitor& v, T& x) {
  v("incidents", x.incidents, "The newest first.");
  v("components", x.components, "As they stood at the end.");
}

template <typename Visitor, Of<ShiftRecord> T>
void fields(Visitor& v, T& x) {
  v("tier", x.tier, "What they were on call as.");
  v("person", x.person, "Who.");
  v("from", x.from, "The handoff with which the shift began; absent: before the run.");
  v("pages", x.pages, "How often they were called.");
  v("at_night", x.at_night, "Of these, between 22:00 and 07:00 by the clocks of the first schedule.");
  v("of_no_incident", x.of_no_incident, "With alerts that belong to no incident.");
  v("not_acted_on", x.not_acted_on, "Where nobody did anything to the world as long as its alerts fired.");
  v("acknowledged", x.acknowledged, "How often they acknowledged.");
}

template <typename Visitor, Of<OnCallRecord> T>
void fields(Visitor& v, T& x) {
  v("schedules", x.schedules, "Those of the on-call file.");
  v("response_targets", x.response_targets, "How soon an incident is to be acknowledged.");
  v("communication", x.communication, "Who is to be told how soon, and how often; absent: nothing is known of it.");
}

template <typename Visitor, Of<ScoreLine> T>
void fields(Visitor& v, T& x) {
  v("aspect", x.aspect, "What counts.");
  v("points", x.points, "Of hints below 0.");
  v("most", x.most, "How many there were; 0: it does not count here.");
  v("why", x.why, "In one sentence.");
  v("at", x.at, "Its place in the timeline; absent: it has none.");
}

template <typename Visitor, Of<DrillRecord> T>
void fields(Visitor& v, T& x) {
  v("name", x.name, "The drill's code name.");
  v("variant", x.variant, "Which variant; 0: as it was written.");
  v("score", x.score, "What it came to, line by line; empty: it was not scored.");
}

}  // namespace firedrill::record
