#include "oncall/playbook/playbook.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/duration.h"
#include "base/text/format.h"
#include "oncall/playbook/markdown.h"
#include "oncall/playbook/playbook_lints.h"
#include "oncall/playbook/sentences.h"

namespace firedrill::oncall {
namespace {

namespace fs = std::filesystem;

std::string text_of(const std::optional<Command>& command) {
  if (!command) return "not known";
  std::string text(command->remedy ? to_string(*command->remedy) : "looks");
  if (!command->service.empty()) text += " service=" + command->service;
  if (!command->pod.empty()) text += " pod=" + command->pod;
  if (!command->node.empty()) text += " node=" + command->node;
  if (!command->alert.empty()) text += " alert=" + command->alert;
  for (const auto& [name, value] : command->parameters) text += format(" {}={}", name, value);
  return text;
}

TEST(Command, IsKnownByWhatItDoes) {
  const std::pair<const char*, const char*> kCases[] = {
      {"kubectl rollout undo deployment/api -n production", "rollback service=api namespace=production"},
      {"kubectl rollout undo deployment api", "rollback service=api"},
      {"kubectl -n kube-system rollout undo deployment/coredns", "rollback service=coredns namespace=kube-system"},
      {"$ sudo kubectl rollout undo --to-revision=3 sts/postgres", "rollback service=postgres to_revision=3"},
      {"helm rollback checkout 12 --wait", "rollback service=checkout"},
      {"kubectl rollout restart deployment/checkout --namespace=default", "restart service=checkout namespace=default"},
      {"kubectl delete pod checkout-0 -n default", "restart pod=checkout-0 namespace=default"},
      {"kubectl delete pod/checkout-0", "restart pod=checkout-0"},
      {"kubectl delete pod NAME -n default", "restart namespace=default"},
      {"kubectl delete namespace default", "not known"},
      {"kubectl scale deployment/api --replicas=10 -n production",
       "scale service=api namespace=production replicas=10"},
      {"kubectl scale --replicas 3 statefulset postgres", "scale service=postgres replicas=3"},
      {"kubectl drain node-7 --ignore-daemonsets", "drain node=node-7"},
      {"kubectl cordon NODE", "drain"},
      {"kubectl edit deployment/checkout", "fix_config service=checkout"},
      {"kubectl patch deployment checkout -n default --type json -p '[{\"op\":\"remove\"}]'",
       "fix_config service=checkout namespace=default"},
      {"kubectl set env deployment/checkout PAYMENT_PROVIDER=backup", "fix_config service=checkout"},
      {"kubectl apply -f shed/checkout.yaml", "fix_config"},
      {"kubectl rollout undo", "not known"},
      {"kubectl rollout undo deployment", "not known"},
      {"kubectl rollout restart -n shop", "not known"},
      {"kubectl rollout restart deployment -l app=checkout", "restart"},
      {"kubectl drain", "not known"},
      {"kubectl drain --selector zone=a", "drain"},
      {"kubectl scale --replicas=4", "not known"},
      {"helm rollback", "not known"},
      {"kubectl rollout pause deployment/checkout", "not known"},
      {"kubectl rollout status deployment/checkout --watch=false", "looks service=checkout"},
      {"kubectl describe pod checkout-0", "looks pod=checkout-0"},
      {"kubectl logs checkout-0 -n default --previous | grep ERROR", "looks pod=checkout-0 namespace=default"},
      {"kubectl get pods -n default -l app=checkout", "looks namespace=default"},
      {"kubectl frobnicate x", "not known"},
      {"kubectl", "not known"},
      {"cmctl renew checkout-tls -n default", "renew_certificate"},
      {"psql -c \"select pg_terminate_backend(42)\"", "kill_query"},
      {"psql -c 'select 1'", "looks"},
      {"psql -c 'drop table orders'", "not known"},
      {"patronictl failover shop --candidate postgres-1 --force", "failover pod=postgres-1"},
      {"amtool silence add alertname=TargetDown job=postgres", "silence alert=TargetDown"},
      {"amtool alert query", "looks"},
      {"openssl s_client -connect HOST:443 </dev/null", "looks"},
      {"gcloud compute instances delete x", "not known"},
  };
  for (const auto& [text, expected] : kCases) EXPECT_EQ(text_of(read_command(text)), expected) << text;
}

TEST(Command, IsToldFromOtherCode) {
  EXPECT_TRUE(begins_like_command("kubectl get pods"));
  EXPECT_FALSE(begins_like_command("kubectl"));
  EXPECT_FALSE(begins_like_command("sum(rate(http_requests_total[5m]))"));
  EXPECT_FALSE(begins_like_command("timeoutSeconds: 5"));
}

TEST(Action, IsReadFromItsLine) {
  EXPECT_EQ(text_of(read_action("shed_load web share=50%").command), "shed_load service=web share=50%");
  EXPECT_EQ(text_of(read_action("drain node-7").command), "drain node=node-7");
  EXPECT_EQ(text_of(read_action("silence TargetDown for=30m").command), "silence alert=TargetDown for=30m");
  EXPECT_EQ(text_of(read_action("declare P1").command), "declare severity=P1");
  EXPECT_EQ(read_action("shed_laod web").unknown, "shed_laod");
  EXPECT_FALSE(read_action("").command);
  EXPECT_TRUE(read_action("shed_load web share=<share>").command->has_blanks);
  EXPECT_EQ(text_of(read_action("restart NAME").command), "restart");
}

TEST(Action, SaysWhatIsWrongWithIt) {
  const std::pair<const char*, const char*> kCases[] = {
      {"shed_load 500%", "'500%' is no name of a service"},
      {"restart", "the action restart does not say what it is done to"},
      {"restart web checkout", "'checkout' stands behind 'web', and an action is done to one thing"},
      {"declare P9", "'P9' is no severity"},
      {"declare", "the action declare does not say what it is done to"},
      {"silence Target-Down", "'Target-Down' is no name of an alert"},
      {"shed_load web share=1% share=2%", "'share' is given twice"},
      {"shed_load web share=", "'share=' has no value"},
      {"shed_load web =50%", "'=50%' has no name"},
  };
  for (const auto& [text, wrong] : kCases) EXPECT_EQ(read_action(text).wrong, wrong) << text;
}

TEST(Remedy, HasANameForEachThatIssuesName) {
  std::set<std::string> names;
  for (const RemedySpec& each : remedies()) {
    EXPECT_EQ(parse_remedy(each.name), each.remedy);
    EXPECT_EQ(&spec_of(each.remedy), &each);
    names.insert(std::string(each.name));
  }
  for (const char* each :
       {"rollback", "restart", "scale", "drain", "shed_load", "disable_feature", "warm_cache", "renew_certificate",
        "free_disk", "fix_config", "kill_query", "rate_limit", "silence", "declare"}) {
    EXPECT_TRUE(names.contains(each)) << each;
  }
  EXPECT_EQ(action_of(Remedy::scale), events::ActionKind::scale);
  EXPECT_EQ(action_of(Remedy::rollback), events::ActionKind::rollback);
}

TEST(Sentences, SayHowLong) {
  EXPECT_EQ(read_spoken_duration("30min"), 30min);
  EXPECT_EQ(read_spoken_duration("30 minutes"), 30min);
  EXPECT_EQ(read_spoken_duration("1hr"), 1h);
  EXPECT_EQ(read_spoken_duration("1 hour 30 min"), 90min);
  EXPECT_EQ(read_spoken_duration("2 days"), 48h);
  for (const char* each : {"", "soon", "30", "min", "0min", "30 fortnights"})
    EXPECT_FALSE(read_spoken_duration(each)) << each;
}

TEST(Sentences, SayHowOften) {
  const Cadence seed = read_cadence(" P0 every 30min, P1 every 1hr");
  EXPECT_EQ(seed.every[0], 30min);
  EXPECT_EQ(seed.every[1], 1h);
  EXPECT_FALSE(seed.every[2]);
  EXPECT_TRUE(seed.unread.empty());
  const Cadence other = read_cadence("P1 every hour; P2 at the beginning, P4 every 5min");
  EXPECT_EQ(other.every[1], 1h);
  EXPECT_EQ(other.unread, (std::vector<std::string>{"P2 at the beginning", "P4 every 5min"}));
}

TEST(Sentences, SayWhoIsCalled) {
  const auto delay = read_escalation("If not mitigated in 30min - escalate to secondary");
  ASSERT_TRUE(delay);
  EXPECT_EQ(delay->unmitigated_for, 30min);
  EXPECT_EQ(delay->who, "secondary");
  EXPECT_FALSE(delay->pages);
  const auto team = read_escalation("If database issue – page DBA on-call");
  ASSERT_TRUE(team);
  EXPECT_EQ(team->condition, "database issue");
  EXPECT_EQ(team->who, "DBA");
  EXPECT_TRUE(team->pages);
  EXPECT_EQ(read_escalation("if it is a P0, or money is lost - escalate to the incident commander at once")->who,
            "incident_commander");
  EXPECT_EQ(
      read_escalation("If not mitigated within 1 hour after acknowledgement: escalate to secondary.")->unmitigated_for,
      1h);
  for (const char* each : {"Not mitigated in 30 min: secondary on-call", "DBA on-call at once", "If it burns - run",
                           "If not mitigated in a while - escalate to secondary", ""}) {
    EXPECT_FALSE(read_escalation(each)) << each;
  }
}

TEST(Sentences, NameAlerts) {
  EXPECT_EQ(read_alert_names(" SLOFastBurn, TargetDown {job=\"a,b\"} and `Watchdog` (now and then)"),
            (std::vector<std::string>{"SLOFastBurn", "TargetDown", "Watchdog"}));
  EXPECT_FALSE(is_alert_name(read_alert_names(" {ALERT_NAME}").at(0)));
  EXPECT_EQ(playbook_named("https://wiki/runbooks/slo-fast-burn.md?version=3#top"), "slo-fast-burn");
  EXPECT_EQ(playbook_named("https://wiki/runbooks/slo-fast-burn/"), "slo-fast-burn");
  EXPECT_EQ(playbook_named("slo-fast-burn"), "slo-fast-burn");
}

TEST(Markdown, HasHeadingsItemsAndCode) {
  const Markdown markdown = read_markdown(
      "# One\ntext\n- item\n  goes on\n- [ ] box\n12. number\n\n```sh\nkubectl get pods\n```\n<!--\nhidden\n-->\nend");
  std::string text;
  for (const MarkdownLine& line : markdown.lines)
    text += format("{}{}:{}\n", static_cast<int>(line.kind), line.level, line.text);
  EXPECT_EQ(text, "11:One\n30:text\n20:item goes on\n20:box\n20:number\n00:\n40:kubectl get pods\n30:end\n");
  const auto spans = code_spans("a `b c` and ``d ` e`` and `open");
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[0].text, "b c");
  EXPECT_EQ(spans[0].offset, 3U);
  EXPECT_EQ(spans[1].text, "d ` e");
}

constexpr const char* kSeedTemplate = R"(# Playbook: checkout fails

## Symptoms
- Error rate spike on dashboard
- User reports in support channel
- Alert: SLOFastBurn

## Diagnosis Steps
1. Check error rate dashboard
2. Review recent deployments
3. Check dependency health
4. Review logs

## Mitigation

### Immediate (stop bleeding)
kubectl rollout undo deployment/api -n production

### Scale if traffic spike
kubectl scale deployment/api --replicas=10 -n production

## Communication
- Internal: Post in incidents channel
- External: Update status page
- Cadence: P0 every 30min, P1 every 1hr

## Escalation
- If not mitigated in 30min - escalate to secondary
- If database issue - page DBA on-call
)";

TEST(Playbook, IsReadInTheSeedsTemplate) {
  Diagnostics found;
  const SourcePtr source = make_source("api.md", kSeedTemplate);
  ASSERT_TRUE(is_playbook(source->text));
  const Playbook playbook = read_playbook(source, "api", found);
  EXPECT_EQ(render(found), "");
  EXPECT_EQ(playbook.title, "checkout fails");
  ASSERT_EQ(playbook.alerts.size(), 1U);
  EXPECT_EQ(playbook.alerts[0].text, "SLOFastBurn");
  EXPECT_EQ(playbook.alerts[0].where.line, 6U);
  EXPECT_EQ(playbook.alerts[0].where.column, 10U);
  EXPECT_EQ(playbook.symptoms.size(), 3U);
  EXPECT_EQ(playbook.diagnosis.size(), 4U);
  ASSERT_EQ(playbook.steps.size(), 2U);
  EXPECT_EQ(text_of(playbook.steps[0].command), "rollback service=api namespace=production");
  EXPECT_EQ(playbook.steps[0].heading, "Immediate (stop bleeding)");
  EXPECT_EQ(text_of(playbook.steps[1].command), "scale service=api namespace=production replicas=10");
  EXPECT_EQ(playbook.internal, "Post in incidents channel");
  EXPECT_EQ(playbook.external, "Update status page");
  EXPECT_EQ(playbook.cadence_of(record::SeverityLevel::p0), 30min);
  EXPECT_EQ(playbook.cadence_of(record::SeverityLevel::p1), 1h);
  EXPECT_EQ(playbook.cadence_of(record::SeverityLevel::p2), std::nullopt);
  ASSERT_EQ(playbook.escalation.size(), 2U);
  EXPECT_TRUE(playbook.unread.empty());
}

// ---- the library's

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const fs::path kLibrary = fs::path(FIREDRILL_SOURCE_DIR) / "scenarios";

std::vector<fs::path> shipped() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(kLibrary / "playbooks")) {
    if (entry.path().extension() == ".md" && entry.path().filename() != "README.md") paths.push_back(entry.path());
  }
  for (const auto& entry : fs::directory_iterator(kLibrary)) {
    if (fs::exists(entry.path() / "playbook.md")) paths.push_back(entry.path() / "playbook.md");
  }
  return paths;
}

TEST(Library, HasPlaybooksThatCanBeRead) {
  const std::vector<fs::path> paths = shipped();
  EXPECT_GE(paths.size(), 25U);
  for (const fs::path& path : paths) {
    Diagnostics found;
    const SourcePtr source = make_source(path.lexically_relative(kLibrary).generic_string(), read(path));
    ASSERT_TRUE(is_playbook(source->text)) << path;
    const std::vector<Playbook> playbook{read_playbook(source, path.stem().string(), found)};
    EXPECT_EQ(render(found), "");
    EXPECT_EQ(render(lint_playbooks({.playbooks = playbook})), "");
    EXPECT_FALSE(playbook[0].escalation.empty()) << path;
    EXPECT_TRUE(playbook[0].cadence_of(record::SeverityLevel::p0) || playbook[0].cadence_of(record::SeverityLevel::p1))
        << path;
    EXPECT_FALSE(playbook[0].internal.empty()) << path;
  }
}

TEST(Library, HasWordsForEachSeverity) {
  for (const char* name : {"internal.md", "external.md"}) {
    std::vector<std::string> headings;
    for (const MarkdownLine& line : read_markdown(read(kLibrary / "playbooks/communication" / name)).lines) {
      if (line.kind == MarkdownLine::Kind::heading && line.level > 1) headings.push_back(line.text);
    }
    std::vector<std::string> expected;
    for (const char* level : {"P0", "P1", "P2", "P3"}) {
      for (const char* heading : {level, "First post", "Update", "Last post"}) expected.emplace_back(heading);
    }
    EXPECT_EQ(headings, expected) << name;
  }
}

}  // namespace
}  // namespace firedrill::oncall
