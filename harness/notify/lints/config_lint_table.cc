#include <array>

#include "notify/lints/config_lints.h"

namespace firedrill::notify {
namespace {

constexpr std::array kLints{
    ConfigLint{
        {"dead-inhibition", "an inhibition that no alert of the rules can cause or suffer",
         "With the labels that their rules give them, no alert of the rule files beside the configuration matches "
         "the source, or the target, or a label of `equal` is on one side and never on the other.",
         "Matchers and `equal` with labels that alerts of the rules have on both sides.",
         "An inhibition needs a source that fires and equal values of all labels in `equal`, where a label that is "
         "missing counts as empty."},
        lint_dead_inhibition},
    ConfigLint{
        {"empty-interval", "a time interval that never comes",
         "No day of the calendar fits its months, days, weekdays and years, or it has an empty list, which holds "
         "never.",
         "Days that the months have, years to come; no empty list.", "All parts of an interval must hold at once."},
        lint_empty_interval},
    ConfigLint{
        {"falls-to-root", "alerts of the rules that no route below the root takes",
         "With the labels that their rules give them, these alerts of the rule files beside the configuration go "
         "to the receiver of the root, where that of a route was probably meant.",
         "A route for them, or the receiver of the root, if it is meant.",
         "An alert goes to the deepest route whose matchers it passes; the root has none and takes what is left."},
        lint_falls_to_root},
    ConfigLint{{"idle-receiver", "a receiver that no route names, or that tells nobody",
                "A receiver without a route is never used; one without an integration swallows what is sent to it. One "
                "whose name says so (null, none, blackhole, devnull and the like) is meant.",
                "A route that names it, an integration, or a name that says that nobody is told.",
                "A receiver is used only through a route, and sends only through its integrations."},
               lint_idle_receiver},
    ConfigLint{{"lost-resolution", "a mute that keeps the end of alerts from a receiver that waits for it",
                "PagerDuty, Opsgenie and their like keep an incident open until they are told of its end. Prometheus "
                "repeats that an alert has ended for 15 minutes; where a mute lasts longer, nobody is told.",
                "A mute of at most 15 minutes, or a route of its own for such receivers.",
                "A group that is muted counts as told at its flush: alerts that are over are deleted, and only a "
                "re-send of Prometheus makes the group anew."},
               lint_lost_resolution},
    ConfigLint{
        {"repeat-interval", "repeats that cannot come as often as the configuration says",
         "A notification is repeated at a flush of its group only, every group_interval: a repeat_interval below "
         "that, or that is no multiple of it, is not kept.",
         "A multiple of group_interval.",
         "The time since the last notification is looked at when a group is flushed, and not in between."},
        lint_repeat_interval},
    ConfigLint{
        {"short-retention", "a repeat_interval that outlasts the notification log",
         "Alertmanager forgets after --data.retention, 120h unless said otherwise, what it has sent, and then sends "
         "it again.",
         "A repeat_interval below the retention, or a longer --data.retention.",
         "The log is what keeps a notification from being sent twice; its entries expire with the retention."},
        lint_short_retention},
    ConfigLint{{"unreachable-route", "a route that no alert can reach",
                "A route above it takes every alert that would match, and does not continue; or its matchers and those "
                "around it exclude each other.",
                "The narrower route first, `continue: true` in the route above it, or matchers that can hold together.",
                "Of siblings the first that matches takes an alert; the next ones see it only after `continue`."},
               lint_unreachable_route},
    ConfigLint{
        {"urgent-in-group", "an urgent alert that waits for the group of a lesser one",
         "Alerts of both severities come into one group. Where it is already there, an urgent alert is told with "
         "the group's next flush, up to group_interval later, instead of after group_wait.",
         "group_by with `severity`, or a route of its own with a short group_interval.",
         "group_wait counts for the first flush of a group alone; alerts that come later wait for the next."},
        lint_urgent_in_group},
};

}  // namespace

std::span<const ConfigLint> config_lints() {
  return kLints;
}

}  // namespace firedrill::notify
