#include "fake_services/exporters/states.h"

#include <algorithm>
#include <array>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

using enum StateOf;

// Sorted by what they are of; the order has no meaning but that of lists.
constexpr StateKind kStates[] = {
    {"disk_used", node, 0.42, 0.985, "ratio", "the file system is full"},
    {"inodes_used", node, 0.08, 0.985, "ratio", "the file system has no inodes left"},
    {"disk_read_only", node, 0, 1, "flag", "the file system was mounted again, read only"},
    {"disk_errors", node, 0, 1, "flag", "the file system cannot be looked at"},
    {"disk_queue", node, 0.15, 24, "requests", "reads and writes wait for the disk"},
    {"disk_seconds", node, 0.002, 0.4, "seconds", "each read and write takes long"},
    {"cpu_stolen", node, 0, 0.97, "ratio", "something uses the processors up"},
    {"io_wait", node, 0.01, 0.6, "ratio", "the processors wait for the disk"},
    {"steal", node, 0, 0.4, "ratio", "the hypervisor gives the processors to others"},
    {"load", node, 0, 30, "tasks", "tasks wait to run"},
    {"node_memory_used", node, 0.35, 0.96, "ratio", "the memory is in use"},
    {"swap_used", node, 0.02, 0.95, "ratio", "the swap space is in use"},
    {"major_faults", node, 0.2, 2400, "per second", "pages are read back from the disk"},
    {"oom_kills", node, 0, 0.05, "per second", "the kernel kills processes for their memory"},
    {"network_errors", node, 0, 0.05, "ratio", "packets come and go broken"},
    {"network_load", node, 0.03, 0.97, "ratio", "the network card is saturated"},
    {"link_down", node, 0, 1, "flag", "the network card has no carrier"},
    {"conntrack_used", node, 0.06, 0.93, "ratio", "the kernel tracks as many connections as it can"},
    {"file_descriptors_used", node, 0.03, 0.95, "ratio", "the file descriptors are in use"},
    {"clock_offset", node, 0.0004, 0.6, "seconds", "the clock is ahead, and drifts"},
    {"clock_unsynchronised", node, 0, 1, "flag", "no time server is heard"},
    {"unit_failed", node, 0, 1, "flag", "a systemd unit has failed"},
    {"unit_restarts", node, 0, 0.05, "per second", "a systemd unit is restarted over and over"},
    {"raid_failed_disks", node, 0, 1, "disks", "a disk of the array has failed"},
    {"bond_missing", node, 0, 1, "links", "a link of the bond is down"},
    {"textfile_error", node, 0, 1, "flag", "a file of metrics cannot be read"},
    {"collector_failed", node, 0, 1, "flag", "a collector of the exporter fails"},
    {"temperature", node, 46, 94, "celsius", "the node is hot"},
    {"reboots", node, 0, 0.01, "per second", "the node reboots over and over"},
    {"memory_errors", node, 0, 0.05, "per second", "memory errs, and is corrected"},
    {"node_not_ready", node, 0, 1, "flag", "the kubelet does not report"},
    {"node_unreachable", node, 0, 1, "flag", "the control plane does not reach the node"},
    {"kubelet_down", node, 0, 1, "flag", "the kubelet does not answer"},
    {"kubelet_gone", node, 0, 1, "flag", "the kubelet is no longer found"},
    {"node_flapping", node, 0, 1, "flag", "the node is ready and not in turns"},
    {"memory_pressure", node, 0, 1, "flag", "the kubelet is short of memory"},
    {"disk_pressure", node, 0, 1, "flag", "the kubelet is short of disk"},
    {"pid_pressure", node, 0, 1, "flag", "the kubelet is short of process ids"},
    {"network_unavailable", node, 0, 1, "flag", "the network of the node is not set up"},
    {"pods_crowded", node, 0, 108, "pods", "as many more pods run on the node"},
    {"evictions", node, 0, 0.05, "per second", "pods are evicted from the node"},
    {"pleg_seconds", node, 0.004, 14, "seconds", "the kubelet takes long to see its containers"},
    {"pod_start_seconds", node, 1.5, 90, "seconds", "the kubelet takes long to start pods"},
    {"kubelet_certificate_s", node, 2.6e7, 3e3, "seconds", "the kubelet's certificates run out"},
    {"certificate_renewals_failed", node, 0, 0.05, "per second", "the kubelet's certificates are not renewed"},
    {"volume_used", node, 0.35, 0.985, "ratio", "a volume is full"},
    {"volume_inodes_used", node, 0.05, 0.985, "ratio", "a volume has no inodes left"},
    {"throttled", node, 0.01, 0.7, "ratio", "containers are held back at their processor limits"},

    {"down", component, 0, 1, "flag", "the program is not reached by what watches it"},
    {"exporter_gone", component, 0, 1, "flag", "what watches the program does not answer"},
    {"target_gone", component, 0, 1, "flag", "service discovery no longer finds what watches the program"},
    {"scrape_errors", component, 0, 1, "flag", "what watches the program reads only some of it"},
    {"connections_used", component, 0.12, 0.98, "ratio", "nearly all connections that are allowed are open"},
    {"connections_refused", component, 0, 4, "per second", "connections are refused"},
    {"connections_churn", component, 0.5, 150, "per second", "connections are opened and closed at once"},
    {"idle_in_transaction", component, 0, 0.5, "ratio", "connections hold a transaction and do nothing"},
    {"deadlocks", component, 0, 0.5, "per second", "transactions lock each other out"},
    {"locks_used", component, 0.01, 0.6, "ratio", "nearly all locks that there are are taken"},
    {"rollbacks", component, 0.01, 0.4, "ratio", "transactions are rolled back"},
    {"slow_queries", component, 0.01, 4, "per second", "queries take longer than they should"},
    {"longest_transaction_s", component, 0.3, 4000, "seconds", "a transaction does not end"},
    {"queries", component, 120, 40000, "per second", "far more is asked of the program than usual"},
    {"replication_lag_s", component, 0.3, 7200, "seconds", "the replica is behind"},
    {"replication_broken", component, 0, 1, "flag", "the replica does not follow"},
    {"role_changes", component, 0, 0.05, "per second", "the primary is another over and over"},
    {"members_missing", component, 0, 1, "members", "a member of the cluster is missing"},
    {"split_brain", component, 0, 1, "flag", "two members take themselves for the primary"},
    {"vacuum_behind", component, 0.03, 0.9, "ratio", "dead rows are not cleared"},
    {"vacuum_stalled_s", component, 600, 1e6, "seconds", "nothing was vacuumed for long"},
    {"wraparound", component, 0.1, 0.97, "ratio", "transaction ids run out"},
    {"checkpoints_forced", component, 0.05, 0.8, "ratio", "checkpoints are asked for too early"},
    {"settings_changed", component, 0, 1, "flag", "the settings are others than before"},
    {"cache_misses", component, 0.008, 0.5, "ratio", "reads are not answered from memory"},
    {"memory_used", component, 0.4, 0.97, "ratio", "the memory that the program may have is in use"},
    {"memory_fragmented", component, 1.1, 6, "ratio", "the memory of the program is full of holes"},
    {"keys_evicted", component, 0, 60, "per second", "entries are thrown out for others"},
    {"clients_blocked", component, 0, 40, "clients", "clients wait for the program"},
    {"backup_age_s", component, 3600, 6e5, "seconds", "the last backup is old"},
    {"backup_failed", component, 0, 1, "flag", "the backup failed"},
    {"storage_used", component, 0.3, 0.97, "ratio", "the storage of the program is full"},
    {"fragmentation", component, 0.15, 0.8, "ratio", "the storage of the program is full of holes"},
    {"messages_ready", component, 0, 60000, "messages", "messages wait that nobody takes"},
    {"unacknowledged", component, 3, 20000, "messages", "messages were taken and not confirmed"},
    {"unroutable", component, 0, 5, "per second", "messages find no queue"},
    {"consumers_gone", component, 0, 1, "flag", "nobody takes messages"},
    {"consumer_lag", component, 20, 90000, "messages", "consumers are behind"},
    {"dead_lettered", component, 0, 5, "per second", "messages are given up"},
    {"under_replicated", component, 0, 4, "partitions", "partitions have too few copies"},
    {"offline_partitions", component, 0, 2, "partitions", "partitions have no leader"},
    {"no_controller", component, 0, 1, "flag", "no broker is the controller"},
    {"unclean_elections", component, 0, 0.05, "per second", "a copy that is behind becomes the leader"},
    {"isr_changes", component, 0, 0.2, "per second", "copies fall behind and catch up over and over"},
    {"failed_requests", component, 0.001, 0.3, "ratio", "requests fail"},
    {"client_errors", component, 0.01, 0.4, "ratio", "requests are refused as wrong"},
    {"request_seconds", component, 0.02, 3, "seconds", "requests take long"},
    {"upstreams_down", component, 0, 1, "flag", "what stands behind the proxy is taken for dead"},
    {"queue_length", component, 0.2, 500, "requests", "requests wait"},
    {"config_rejected", component, 0, 1, "flag", "a configuration was not taken over"},
    {"config_conflicts", component, 0, 3, "conflicts", "parts of the configuration exclude each other"},
    {"certificate_s", component, 6e6, 3e3, "seconds", "a certificate runs out"},
    {"probe_failed", component, 0, 1, "flag", "a probe from outside fails"},
    {"probe_seconds", component, 0.04, 4, "seconds", "a probe from outside takes long"},
    {"no_leader", component, 0, 1, "flag", "the cluster has no leader"},
    {"leader_changes", component, 0, 0.03, "per second", "the leader is another over and over"},
    {"proposals_failed", component, 0, 12, "per second", "the cluster does not agree"},
    {"peer_seconds", component, 0.004, 0.6, "seconds", "messages between members take long"},
    {"peer_failures", component, 0, 2, "per second", "messages between members are lost"},
    {"fsync_seconds", component, 0.003, 1.4, "seconds", "the disk takes long to confirm a write"},
    {"commit_seconds", component, 0.006, 0.9, "seconds", "the disk takes long to commit"},
    {"heap_used", component, 0.45, 0.97, "ratio", "the heap is full"},
    {"gc_share", component, 0.01, 0.5, "ratio", "collecting garbage takes the time"},
    {"deadlocked_threads", component, 0, 4, "threads", "threads wait for each other for ever"},
    {"threads_used", component, 0.15, 0.97, "ratio", "nearly all threads work"},
    {"goroutines", component, 60, 90000, "goroutines", "goroutines are started and do not end"},
    {"fds_used", component, 0.05, 0.95, "ratio", "the file descriptors of the process are in use"},
    {"process_restarts", component, 0, 0.02, "per second", "the process restarts over and over"},
    {"dropped", component, 0, 5, "per second", "data are thrown away"},
    {"shards_unassigned", component, 0, 4, "shards", "shards have no node"},
    {"health_red", component, 0, 1, "flag", "the cluster calls itself unhealthy: data are missing"},
    {"health_yellow", component, 0, 1, "flag", "the cluster calls itself degraded: copies are missing"},
    {"writes_rejected", component, 0, 8, "per second", "writes are rejected"},
    {"cursors_open", component, 4, 20000, "cursors", "cursors are opened and not closed"},

    {"statefulset_short", cluster, 0, 1, "pods", "a StatefulSet lacks a pod"},
    {"statefulset_stuck", cluster, 0, 1, "flag", "an update of a StatefulSet does not go on"},
    {"daemonset_short", cluster, 0, 1, "pods", "a DaemonSet lacks a pod"},
    {"daemonset_misplaced", cluster, 0, 1, "pods", "a DaemonSet runs where it should not"},
    {"job_failed", cluster, 0, 1, "flag", "a Job has failed"},
    {"job_running_s", cluster, 600, 60000, "seconds", "a Job does not end"},
    {"cronjob_suspended", cluster, 0, 1, "flag", "a CronJob is suspended"},
    {"cronjob_late_s", cluster, 60, 9000, "seconds", "a CronJob should have run"},
    {"hpa_stuck", cluster, 0, 1, "pods", "an autoscaler does not get the pods that it asks for"},
    {"hpa_at_maximum", cluster, 0, 1, "flag", "an autoscaler is at its maximum"},
    {"hpa_blind", cluster, 0, 1, "flag", "an autoscaler has no metrics"},
    {"disruption_budget_short", cluster, 0, 1, "pods", "fewer pods than a disruption budget demands"},
    {"pending_pods", cluster, 0, 2, "pods", "pods are not scheduled"},
    {"quota_used", cluster, 0.4, 1.1, "ratio", "a namespace's quota is used up"},
    {"quota_committed", cluster, 0.4, 2, "ratio", "namespaces may ask for more than there is"},
    {"requests_committed", cluster, 0.3, 1.2, "ratio", "pods ask for more than there is"},
    {"volume_failed", cluster, 0, 1, "flag", "a PersistentVolume failed"},
    {"claim_pending", cluster, 0, 1, "flag", "a PersistentVolumeClaim gets no volume"},
    {"generation_behind", cluster, 0, 1, "generations", "a change of a StatefulSet is not taken up"},
    {"api_errors", cluster, 0.0002, 0.2, "ratio", "the API server answers with errors"},
    {"api_seconds", cluster, 0.02, 3, "seconds", "the API server is slow"},
    {"api_terminations", cluster, 0, 0.4, "ratio", "the API server cuts requests off"},
    {"api_client_errors", cluster, 0.0002, 0.1, "ratio", "the control plane's own requests fail"},
    {"client_certificate_s", cluster, 2e7, 3e3, "seconds", "a client's certificate runs out"},
    {"aggregated_api_down", cluster, 0, 1, "flag", "an aggregated API is not available"},
    {"etcd_requests_s", cluster, 0.004, 1.2, "seconds", "the API server waits for etcd"},
    {"api_down", cluster, 0, 1, "flag", "the API server does not answer"},
    {"api_gone", cluster, 0, 1, "flag", "the API server is no longer found"},
    {"scheduler_down", cluster, 0, 1, "flag", "the scheduler does not answer"},
    {"scheduler_gone", cluster, 0, 1, "flag", "the scheduler is no longer found"},
    {"controller_manager_down", cluster, 0, 1, "flag", "the controller manager does not answer"},
    {"controller_manager_gone", cluster, 0, 1, "flag", "the controller manager is no longer found"},
    {"kube_proxy_down", cluster, 0, 1, "flag", "kube-proxy does not answer"},
    {"kube_proxy_gone", cluster, 0, 1, "flag", "kube-proxy is no longer found"},
    {"dns_down", cluster, 0, 1, "flag", "the name server does not answer"},
    {"dns_gone", cluster, 0, 1, "flag", "the name server is no longer found"},
    {"version_skew", cluster, 0, 1, "flag", "components run different versions"},
    {"dns_errors", cluster, 0.001, 0.2, "ratio", "names are answered with SERVFAIL"},
    {"dns_seconds", cluster, 0.002, 5, "seconds", "names are answered late"},
    {"dns_forward_errors", cluster, 0.001, 0.2, "ratio", "upstream name servers fail"},
    {"dns_forward_seconds", cluster, 0.004, 5, "seconds", "upstream name servers are slow"},
    {"dns_upstream_down", cluster, 0, 1, "flag", "no upstream name server is taken for healthy"},
    {"ksm_list_errors", cluster, 0, 0.3, "ratio", "kube-state-metrics fails to list"},
    {"ksm_watch_errors", cluster, 0, 0.3, "ratio", "kube-state-metrics fails to watch"},
    {"ksm_shards_wrong", cluster, 0, 1, "flag", "kube-state-metrics is sharded wrongly"},

    {"prometheus_config_failed", monitor, 0, 1, "flag", "Prometheus does not take its configuration over"},
    {"discovery_failures", monitor, 0, 0.1, "per second", "service discovery fails"},
    {"notification_queue", monitor, 0, 0.98, "ratio", "alerts wait to be sent"},
    {"notifications_failing", monitor, 0, 0.4, "ratio", "alerts do not reach the Alertmanagers"},
    {"no_alertmanagers", monitor, 0, 1, "flag", "Prometheus knows of no Alertmanager"},
    {"tsdb_reload_failures", monitor, 0, 0.02, "per second", "blocks cannot be loaded"},
    {"tsdb_compaction_failures", monitor, 0, 0.02, "per second", "blocks cannot be compacted"},
    {"tsdb_corruptions", monitor, 0, 0.02, "per second", "the write-ahead log is corrupt"},
    {"ingestion_stopped", monitor, 0, 1, "flag", "no samples are stored"},
    {"duplicate_samples", monitor, 0, 2, "per second", "samples come twice"},
    {"out_of_order_samples", monitor, 0, 2, "per second", "samples come out of order"},
    {"remote_write_failing", monitor, 0, 0.3, "ratio", "the remote storage refuses samples"},
    {"remote_write_behind_s", monitor, 2, 600, "seconds", "the remote storage is behind"},
    {"remote_shards_wanted", monitor, 1, 400, "shards", "more shards are needed than allowed"},
    {"rule_failures", monitor, 0, 0.2, "per second", "rules fail"},
    {"rule_iterations_missed", monitor, 0, 0.2, "per second", "iterations of rule groups are missed"},
    {"limits_hit", monitor, 0, 0.2, "per second", "scrapes are over their limits"},
    {"target_sync_failures", monitor, 0, 0.05, "per second", "targets cannot be made"},
    {"query_load", monitor, 0.05, 1, "ratio", "as many queries run as may"},
    {"slow_scrapes", monitor, 0.05, 40, "seconds", "scrapes take long"},
    {"targets_missing", monitor, 0, 1, "flag", "a job has lost its targets"},
    {"alertmanager_config_failed", monitor, 0, 1, "flag", "an Alertmanager does not take its configuration over"},
    {"alertmanager_members_missing", monitor, 0, 1, "members", "an Alertmanager does not see the others"},
    {"alertmanager_notifications_failing", monitor, 0, 0.4, "ratio", "notifications fail"},
    {"alertmanager_config_differs", monitor, 0, 1, "flag", "Alertmanagers have different configurations"},
    {"alertmanager_peers_failed", monitor, 0, 1, "members", "an Alertmanager has lost a peer"},
    {"alertmanager_restarts", monitor, 0, 0.02, "per second", "Alertmanagers restart over and over"},
    {"alertmanagers_gone", monitor, 0, 1, "flag", "no Alertmanager is found"},
    {"prometheus_gone", monitor, 0, 1, "flag", "Prometheus is no longer found"},
    {"prometheus_restarts", monitor, 0, 0.02, "per second", "Prometheus restarts over and over"},
    {"alertmanager_down", monitor, 0, 1, "flag", "no Alertmanager answers"},
    {"operator_failing", monitor, 0, 0.3, "ratio", "what the operator does fails"},
    {"operator_not_ready", monitor, 0, 1, "flag", "the operator is not ready"},
    {"operator_rejected", monitor, 0, 1, "resources", "the operator rejects a resource"},
    {"reloader_failed", monitor, 0, 1, "flag", "a configuration reloader fails"},
};

// How far a level is from healthy, in terms of a bad one.
double distance(std::size_t state, double level) {
  const StateKind& kind = kStates[state];
  return maths::abs((level - kind.healthy) / (kind.bad - kind.healthy));
}

std::vector<std::string_view> names_of(StateOf of) {
  std::vector<std::string_view> names;
  for (const StateKind& kind : kStates) {
    if (kind.of == of) names.push_back(kind.name);
  }
  return names;
}

}  // namespace

std::span<const StateKind> state_table() {
  return kStates;
}

std::size_t state_index(std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(kStates, name, &StateKind::name) - std::begin(kStates));
}

std::span<const std::string_view> states_of(StateOf of) {
  static const std::array<std::vector<std::string_view>, 4> all = {names_of(node), names_of(component),
                                                                   names_of(cluster), names_of(monitor)};
  return all[static_cast<std::size_t>(of)];
}

double StateLevels::operator[](std::size_t state) const {
  const auto at = std::ranges::lower_bound(away_, state, {}, &std::pair<std::size_t, double>::first);
  return at != away_.end() && at->first == state ? at->second : kStates[state].healthy;
}

void StateLevels::change(const StateChange& change) {
  const double healthy = kStates[change.state].healthy;
  const double level = healthy + (change.level - healthy) * change.strength;
  const auto at = std::ranges::lower_bound(away_, change.state, {}, &std::pair<std::size_t, double>::first);
  if (at == away_.end() || at->first != change.state) {
    away_.insert(at, {change.state, level});
  } else if (distance(change.state, level) > distance(change.state, at->second)) {
    at->second = level;
  }
}

void StateBoard::clear() {
  for (StateLevels& levels : services) levels = {};
  nodes.clear();
  cluster = {};
}

double StateBoard::level_at(std::size_t service, std::string_view on, std::size_t state) const {
  switch (kStates[state].of) {
    case StateOf::node: {
      const auto found = nodes.find(on);
      return found == nodes.end() ? kStates[state].healthy : found->second[state];
    }
    case StateOf::component:
      return service < services.size() ? services[service][state] : kStates[state].healthy;
    case StateOf::cluster:
    case StateOf::monitor:
      break;
  }
  return cluster[state];
}

}  // namespace firedrill::fake_services
