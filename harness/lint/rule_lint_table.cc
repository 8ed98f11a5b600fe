#include <algorithm>
#include <array>

#include "lint/rule_lints.h"

namespace firedrill::lint {
namespace {

constexpr std::array kLints{
    RuleLint{
        {"absent-of-present", "what has a value at every time is looked for with absent()",
         "absent() gives a sample only where its argument gives none, and vector(0), or whatever is joined to it by "
         "`or vector(0)`, always gives one: the result is empty.",
         "absent() of the selector itself, absent(up{job=\"a\"}), without a default.",
         "`or` takes the right side where the left has no such labels, so that with a default the result is never "
         "empty; absent() looks at nothing but whether it is."},
        lint_absent_of_present},
    RuleLint{
        {"always-true", "a comparison that every value passes",
         "A rate is never below 0, each day is not Sunday or not Saturday: the comparison lets everything pass. "
         "count(x) > 0, which only says that there is something, is left alone.",
         "The bound that was meant; `and` for `or` where both are to hold: day_of_week() != 0 and day_of_week() != 6.",
         "A comparison filters samples by their values, and `or` keeps what passes either side."},
        lint_always_true},
    RuleLint{
        {"counter-without-rate", "a counter is compared as it stands",
         "A counter grows for as long as its process lives. Once over the threshold it stays there, and the alert is "
         "resolved by a restart only. A counter is what some rule of the files takes the rate of, and what is named "
         "for requests, errors, failures or restarts in total; x_total > 0, which may mean that it has ever happened, "
         "is left alone.",
         "increase(x_total[10m]) > 10, or a rate().",
         "Prometheus stores what a target shows, and a target shows the sum since it was started."},
        lint_counter_without_rate},
    RuleLint{
        {"duplicate-rule", "two rules of a file write the same series",
         "Two rules with the same name and labels overwrite each other's samples, or are two alerts that nobody can "
         "tell apart; promtool's lint of that name.",
         "One rule whose expression joins both by `or`, or a label that tells them apart.",
         "A series is its name and labels; which rule wrote a sample is not part of it."},
        lint_duplicate_rule},
    RuleLint{
        {"increase-equals", "a whole number is compared with increase() by ==",
         "increase(), delta() and rate() are extrapolated from the samples that there are to the whole window: one "
         "error counts as 1.07 or 1.25. 0 stays 0.",
         "increase(x_total[5m]) >= 1, > 0.5, or round(increase(x_total[5m])) == 1.",
         "The first and the last sample of a window seldom lie on its bounds, and the functions estimate what "
         "happened between them and the bounds."},
        lint_increase_equals},
    RuleLint{
        {"label-dropped", "a template uses a label that the expression drops",
         "A template reads a label that cannot be on the expression's result: an aggregation, a vector matching or a "
         "function has dropped it. The text will have a hole there. Where a condition provides for that, "
         "{{ if $labels.pod }}, nothing is said.",
         "Keep the label: sum by (job, pod), group_left (pod); an external label is {{ $externalLabels.cluster }}.",
         "$labels holds the labels of the sample that the expression gave. The rule's own labels come after that, and "
         "external labels when the alert is sent."},
        lint_label_dropped},
    RuleLint{
        {"label-overwritten", "a label of the rule overwrites the one that tells its results apart",
         "The results differ in the labels that they are grouped by. Where the rule writes a fixed text over them, "
         "two results become one series, and the whole rule fails: nothing fires, nothing is recorded.",
         "Another name for the label, or an aggregation without it.",
         "Prometheus refuses a result that has a label set twice after the rule's labels are applied (\"vector "
         "contains metrics with the same labelset\"), and does so only when it occurs."},
        lint_label_overwritten},
    RuleLint{
        {"nan-compared", "!= and unless let NaN pass",
         "A quantile and a ratio of rates are NaN while there is no traffic. NaN passes != with anything, and in "
         "`x unless x <= 3` it is on the left side and not on the right: the alert fires when nothing happens.",
         "x > 3. To leave NaN out: x >= 0, or and on (job) rate(x_count[5m]) > 0.",
         "By IEEE 754 every comparison with NaN is false but for !=, and `unless` looks at labels and not at values."},
        lint_nan_compared},
    RuleLint{{"never-fires", "an alert's expression cannot have a result",
              "The expression is empty whatever the data: matchers of one selector contradict each other, comparisons "
              "exclude each other (x > 5 and x < 3), or a value is compared with what it never takes (count(x) == 0: "
              "the count of nothing is no sample, and not 0; x == NaN; more than 1 of a share of 1).",
              "For nothing being there: absent(x), or (count(x) or vector(0)) == 0. For NaN: x != x.",
              "An aggregation of no samples is no sample; a comparison without `bool` takes away what it does not hold "
              "for."},
             lint_never_fires},
    RuleLint{
        {"no-comparison", "an alert compares its measurement with nothing",
         "A rate, a ratio or a quantile is there at every evaluation, 0 too, and so the alert fires as long as its "
         "series exist. Expressions whose being there says something (absent(), `unless`, ALERTS, a record) are "
         "left alone.",
         "A threshold: rate(x_total[5m]) > 0.",
         "An alert is active for each sample that its expression gives, whatever its value."},
        lint_no_comparison},
    RuleLint{{"percent-twice", "a percentage is multiplied by 100 twice, or not at all",
              "An annotation applies humanizePercentage to what the expression has already multiplied by 100, writes a "
              "percent sign behind it, or behind the plain value of what is a share of 1.",
              "The plain ratio in the expression, and {{ $value | humanizePercentage }} in the annotation.",
              "humanizePercentage multiplies by 100 and adds the sign."},
             lint_percent_twice},
    RuleLint{
        {"quantile-beyond-one", "a quantile that is not between 0 and 1",
         "histogram_quantile(99, …) is not the 99th percentile: the result is +Inf whatever the data, below 0 -Inf.",
         "histogram_quantile(0.99, …).",
         "Prometheus takes a quantile as a share, and gives an infinity with an annotation where it is none."},
        lint_quantile_beyond_one},
    RuleLint{
        {"quantile-without-le", "buckets without the label le in histogram_quantile()",
         "An aggregation below histogram_quantile() has dropped the label le, which says what a bucket counts. The "
         "result is empty. It is only said of series whose names end in _bucket, since native histograms have no le.",
         "sum by (le, job) (rate(x_seconds_bucket[5m])).",
         "histogram_quantile() passes over every series whose le is missing or is no number."},
        lint_quantile_without_le},
    RuleLint{
        {"range-too-short", "a window that never holds two samples",
         "rate(), increase(), delta(), deriv() and the like need two samples in their window, and changes() of one "
         "is 0. With a window that is no longer than the interval of its series there is one. The interval is known "
         "in a scenario, from a prometheus.yml, of what rules of the file record, and in a unit test.",
         "A window of four intervals or more: [2m] at 30s. A lost scrape then does no harm.",
         "A window leaves out its first instant (t − 1m < sample ≤ t) since Prometheus 3; before that it held two "
         "samples of a window as long as the interval only where they lay on both its bounds."},
        lint_range_too_short},
    RuleLint{
        {"reads-later", "a rule reads what its group records after it",
         "Rules of a group are evaluated in their order. What a rule reads that is recorded behind it is the value "
         "of the evaluation before: one interval old, and missing in the first one.",
         "The recording rule first. Across groups there is no order: what belongs together stands in one group.",
         "The rules of a group run one after the other at one time, groups each at their own; a read sees what has "
         "been written."},
        lint_reads_later},
    RuleLint{
        {"record-labels", "a selector asks a recorded series for labels that it does not have",
         "The rules that record the series set a label, or keep one that their own selectors fix, and the selector "
         "demands another value of it: it matches nothing.",
         "The value that the record has, or the record that has the value.",
         "A recording rule's `labels` are written over what its expression gives."},
        lint_record_labels},
    RuleLint{{"regex-anchor", "^ or $ in a pattern that matches the whole value anyway",
              "code=~\"^5\" does not match 500: the pattern is anchored at both ends already, and so it is \"5\" and "
              "nothing else. Where the other end is open (^5.*) an anchor does no harm, and nothing is said.",
              "code=~\"5..\", or instance=~\"web.*\".",
              "Prometheus puts each pattern between ^ and $ before it compiles it."},
             lint_regex_anchor},
    RuleLint{
        {"regex-as-text", "a pattern is compared as a text",
         "code=\"5..\" asks for a label that is \"5..\", three characters as they stand. It is said of labels whose "
         "values never look so: status codes, and the names of Kubernetes' objects.",
         "code=~\"5..\".", "= and != compare texts, =~ and !~ match regular expressions."},
        lint_regex_as_text},
    RuleLint{
        {"regex-glob", "a glob where a regular expression is expected",
         "code=~\"5*\" matches \"\", \"5\" and \"55\", and not \"500\": in a regular expression a star repeats what "
         "stands before it.",
         "code=~\"5.*\", or \"5..\".", "Matchers =~ and !~ take RE2's regular expressions, and no globs."},
        lint_regex_glob},
    RuleLint{
        {"runbook", "an alert has no runbook",
         "Whoever is woken up wants to know what to do: an annotation runbook or runbook_url.",
         "annotations: {runbook_url: https://…}.", "Prometheus passes annotations on as they are, and asks for none."},
        lint_runbook},
    RuleLint{
        {"short-for", "`for` is shorter than the evaluation interval",
         "A `for` between 0 and the interval always comes to one interval: the alert fires at the second evaluation "
         "that holds. Where a group has no interval, that of the scenario counts.",
         "The interval itself, or no `for`.",
         "An alert is pending from the first evaluation that gives it, and fires at the first one at which it has been "
         "pending for `for`; between evaluations nothing happens."},
        lint_short_for},
    RuleLint{
        {"stale-record", "a record that is written too seldom to be read",
         "A group that is evaluated less often than every five minutes leaves its records without a value in "
         "between, and a rule of another group that reads them finds nothing there: an alert is resolved and fires "
         "again, its `for` begins anew.",
         "last_over_time(x[11m]), or a shorter interval.",
         "A selector sees the last sample of the five minutes before (--query.lookback-delta), and none that is "
         "older."},
        lint_stale_record},
    RuleLint{{"summary", "an alert has no summary",
              "Whoever is woken up wants to know what is wrong: an annotation summary, description, title or message.",
              "annotations: {summary: …}.", "Prometheus passes annotations on as they are, and asks for none."},
             lint_summary},
    RuleLint{
        {"unknown-metric", "a selector that no series of the scenario can match",
         "No service of the scenario's topology, no metric of its own and no rule gives a series that the selector "
         "matches: a typing error, or a metric that the drill lacks. Values that are only known when they occur "
         "(status codes, outcomes) are not held against it. Of ALERTS, the name must be one of the scenario's "
         "alerts. Rule files that are checked alone are not looked at.",
         "A series that there is; `metrics:` of the scenario adds others. External labels are on what Prometheus "
         "sends and not on its own series: leave them out of selectors.",
         "To Prometheus a selector that matches nothing is no mistake: the result is empty."},
        lint_unknown_metric},
    RuleLint{
        {"value-in-label", "a label of an alert holds the value",
         "An alert is its labels. With the value in one of them, each other value is another alert: the one before "
         "is resolved, the new one begins pending, and with `for` it does not fire while the value moves. A label "
         "that tells a few levels apart, {{ if gt $value 0.9 }}, is left alone, and so is an alert without `for` over "
         "a "
         "gauge, whose value may name what has happened.",
         "The value in an annotation; two rules with two thresholds for two severities.",
         "Prometheus knows an active alert by the hash of its labels, templates rendered."},
        lint_value_in_label},
    RuleLint{
        {"vector-matching", "the two sides of an operator have no labels in common",
         "A label by which the two sides are matched differs whatever the data: matchers demand other values of it, "
         "or one side demands it and the other has lost it in an aggregation. Labels that recording rules of the file "
         "give their series are followed. So does what has no labels at all (hour(), vector(1), sum(x)) from what is "
         "scraped, which has job and instance. The result is empty; with `unless` it is "
         "the left side unchanged. Other groupings alone are not said to be apart, since a label that is not there "
         "equals an empty one.",
         "a and on (job) b, a and ignoring (window) b, both sides aggregated by the same labels; of hour() and other "
         "results without labels a and on () hour() >= 8.",
         "Without on and ignoring two samples match if all their labels but the name are the same."},
        lint_vector_matching},
};

}  // namespace

std::span<const RuleLint> rule_lints() {
  return kLints;
}

const RuleLint* find_rule_lint(std::string_view name) {
  const auto it = std::ranges::find(kLints, name, &RuleLint::name);
  return it == kLints.end() ? nullptr : &*it;
}

}  // namespace firedrill::lint
