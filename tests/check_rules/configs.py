#!/usr/bin/env python3
"""Configurations of Prometheus, right and wrong, through `firedrill check` and `promtool check config`: both take them, or both
refuse them.

    configs.py PROGRAM [--seed N] [--cases N] [--keep FOLDER]

Each base as it is, then so many random changes of those that are right, one or two at a time, for each promtool that is there."""

import argparse
import pathlib
import random
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "export"))
sys.path.insert(0, str(HERE.parent / "alertmanager"))
import configurations  # noqa: E402
import oracles  # noqa: E402

TLS = {"ca_file": "", "server_name": "s", "insecure_skip_verify": False, "min_version": "TLS12"}
CLIENT = {"follow_redirects": True, "enable_http2": False, "proxy_url": "http://p:1", "proxy_connect_header": {"X-P": ["v"]},
          "tls_config": TLS}
# What only newer versions have, in each block of a client.
NEWER = {"basic_auth": {"username_file": "u", "password_ref": "p"}, "http_headers": {"X-B": {"values": ["v"], "secrets": ["s"], "files": ["f"]}},
         "tls_config": {"ca": "c", "cert_ref": "c", "key": "k"}, "proxy_url": "http://p:1", "no_proxy": "x"}
OAUTH = {"client_id": "i", "token_url": "http://t", "scopes": ["a"], "endpoint_params": {"a": "b"}, "tls_config": {"ca_file": "c"},
         "proxy_url": "http://p:1"}
RELABEL = [{"source_labels": ["a", "b"], "separator": ";", "regex": "(.*)", "target_label": "c", "replacement": "$1", "action": "replace"},
           {"action": "hashmod", "source_labels": ["a"], "modulus": 8, "target_label": "h"}, {"action": "labeldrop", "regex": "x"},
           {"action": "labelmap", "regex": "m_(.+)", "replacement": "$1"},
           {"action": "keepequal", "source_labels": ["a"], "target_label": "b"}]
STATIC = [{"targets": ["h:1", "h:2"], "labels": {"l": "v"}}]

# One of each kind of discovery.
DISCOVERY = {
    "file_sd_configs": [{"files": ["t.yml", "t/*.json"], "refresh_interval": "1m"}],
    "dns_sd_configs": [{"names": ["n"], "type": "A", "port": 1, "refresh_interval": "1m"}],
    "http_sd_configs": [{"url": "http://h", "refresh_interval": "1m"}],
    "consul_sd_configs": [{"server": "s:1", "services": ["a"], "tags": ["t"], "node_meta": {"a": "b"}, "allow_stale": True,
                           "refresh_interval": "1m", "tag_separator": ",", "scheme": "http", "datacenter": "d"}],
    "ec2_sd_configs": [{"region": "r", "access_key": "a", "secret_key": "s", "port": 1, "refresh_interval": "1m",
                        "filters": [{"name": "n", "values": ["v"]}]}],
    "kubernetes_sd_configs": [{"role": "pod", "api_server": "http://k", "namespaces": {"names": ["n"]},
                               "selectors": [{"role": "pod", "label": "a=b", "field": "c=d"}], "attach_metadata": {"node": True}}],
    "marathon_sd_configs": [{"servers": ["http://m"], "refresh_interval": "1m"}],
    "docker_sd_configs": [{"host": "unix:///d", "port": 80, "filters": [{"name": "n", "values": ["v"]}]}],
    "dockerswarm_sd_configs": [{"host": "http://d", "role": "nodes"}], "eureka_sd_configs": [{"server": "http://e"}],
    "gce_sd_configs": [{"project": "p", "zone": "z", "filter": "f", "port": 1, "tag_separator": ","}],
    "azure_sd_configs": [{"subscription_id": "s", "tenant_id": "t", "client_id": "c", "client_secret": "s",
                          "environment": "AzurePublicCloud", "authentication_method": "OAuth", "port": 1}],
    "openstack_sd_configs": [{"role": "instance", "region": "r", "identity_endpoint": "http://i", "port": 80}],
    "digitalocean_sd_configs": [{"port": 1}], "hetzner_sd_configs": [{"role": "robot", "basic_auth": {"username": "u"}}],
    "linode_sd_configs": [{"port": 1, "authorization": {"credentials": "c"}}], "nomad_sd_configs": [{"server": "http://n"}],
    "scaleway_sd_configs": [{"role": "instance", "access_key": "SCWXXXXXXXXXXXXXXXXX",
                             "secret_key": "11111111-1111-1111-1111-111111111111", "project_id": "11111111-1111-1111-1111-111111111112"}],
    "nerve_sd_configs": [{"servers": ["n"], "paths": ["/p"]}], "serverset_sd_configs": [{"servers": ["n"], "paths": ["/p"]}],
    "kuma_sd_configs": [{"server": "http://k"}], "puppetdb_sd_configs": [{"url": "http://p", "query": "q"}],
    "triton_sd_configs": [{"account": "a", "dns_suffix": "d", "endpoint": "e", "port": 1, "version": 1}],
    "uyuni_sd_configs": [{"server": "http://u", "username": "u", "password": "p"}],
    "lightsail_sd_configs": [{"region": "r", "access_key": "a", "secret_key": "s"}],
    "ionos_sd_configs": [{"datacenter_id": "11111111-1111-1111-1111-111111111111", "authorization": {"credentials": "c"}}],
    "vultr_sd_configs": [{"authorization": {"credentials": "c"}}],
    "stackit_sd_configs": [{"project": "p", "region": "eu01"}],
}

BASES = [{"scrape_configs": [{"job_name": "a", name: configs}]} for name, configs in DISCOVERY.items()] + [
    {"global": {"scrape_interval": "15s", "scrape_timeout": "10s", "evaluation_interval": "30s", "query_log_file": "q",
                         "external_labels": {"cluster": "c", "zone": "z"}},
              "rule_files": ["rules.yaml"]},
    {"scrape_configs": [
        {"job_name": "a", "honor_labels": True, "honor_timestamps": False, "params": {"p": ["1", "2"]}, "scrape_interval": "1m",
         "scrape_timeout": "5s", "metrics_path": "/m", "scheme": "https", "body_size_limit": "10KB", "sample_limit": 1,
         "basic_auth": {"username": "u", "password": "p"}, "static_configs": STATIC, "relabel_configs": RELABEL,
         "metric_relabel_configs": RELABEL, **CLIENT},
        {"job_name": "b", "authorization": {"type": "Bearer", "credentials": "c"}, "static_configs": STATIC},
        {"job_name": "c", "oauth2": {"client_id": "i", "client_secret": "s", "token_url": "http://t", "scopes": ["a"],
                                     "endpoint_params": {"a": "b"}}},
        {"job_name": "d", "bearer_token": "t"}, {"job_name": "e", "oauth2": {**OAUTH, "client_secret_file": "s"}}]},
    {"scrape_configs": [{"job_name": "a", "http_sd_configs": [{"url": "http://h", "oauth2": {**OAUTH, "client_secret": "s"}, **CLIENT}],
                         "eureka_sd_configs": [{"server": "http://e", "basic_auth": {"username": "u"}, **CLIENT}],
                         "puppetdb_sd_configs": [{"url": "http://p", "query": "q", "authorization": {"credentials": "c"}, **CLIENT}]}]},
    {"scrape_configs": [{"job_name": "a", **NEWER}]},
    {"remote_write": [{"url": "http://w/x", **NEWER}], "remote_read": [{"url": "http://r/x", **NEWER}],
     "alerting": {"alertmanagers": [NEWER]}, "tracing": {"endpoint": "e:1", "tls_config": {"ca_ref": "c"}}},
    {"scrape_configs": [{"job_name": "a", "http_sd_configs": [{"url": "http://h", **NEWER}],
                         "uyuni_sd_configs": [{"server": "http://u", "username": "u", "password": "p", **NEWER}],
                         "triton_sd_configs": [{"account": "a", "dns_suffix": "d", "endpoint": "e", "tls_config": {"ca": "c"}}]}]},
    {"scrape_configs": [{"job_name": "a", "oauth2": {**OAUTH, "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
                                                     "client_certificate_key": "k", "signature_algorithm": "RS256", "iss": "i",
                                                     "audience": "a", "claims": {"a": 5}, "client_certificate_key_id": "k"}}]},
    {"scrape_configs": [{"job_name": "a", "kubernetes_sd_configs": [
        {"role": "endpoints", "api_server": "http://k", "namespaces": {"names": ["n", None], "own_namespace": False},
         "selectors": [{"role": "pod", "label": "a in (b, c),!d,e>1", "field": "a!=b,c==d"}, {"role": "service", "label": "a"},
                       {"role": "endpoints", "field": "a=b"}], **CLIENT}]}]},
    {"alerting": {"alert_relabel_configs": RELABEL, "alertmanagers": [
        {"scheme": "https", "path_prefix": "/p", "timeout": "5s", "api_version": "v2", "static_configs": STATIC, "relabel_configs": RELABEL,
         "basic_auth": {"username": "u", "password": "p"}, **CLIENT},
        {"dns_sd_configs": [{"names": ["n"]}]}]}},
    {"remote_write": [{"url": "http://w/x", "remote_timeout": "5s", "headers": {"X-A": "b"}, "name": "w",
                                "write_relabel_configs": RELABEL, "send_exemplars": True, "send_native_histograms": True,
                                "queue_config": {"capacity": 5, "max_shards": 3, "min_shards": 1, "max_samples_per_send": 2,
                                                 "batch_send_deadline": "5s", "min_backoff": "1s", "max_backoff": "2s",
                                                 "retry_on_http_429": True},
                                "metadata_config": {"send": True, "send_interval": "1m", "max_samples_per_send": 5},
                                "sigv4": {"region": "r", "access_key": "a", "secret_key": "s", "profile": "p", "role_arn": "r"}},
                               {"url": "http://w/y", "bearer_token": "t", **CLIENT}],
              "remote_read": [{"url": "http://r/x", "remote_timeout": "5s", "headers": {"X-A": "b"}, "name": "r",
                               "required_matchers": {"job": "special", "env": "e"}, "read_recent": True, "filter_external_labels": False,
                               "basic_auth": {"username": "u", "password_file": "p"}, **CLIENT}]},
    {"storage": {"tsdb": {"out_of_order_time_window": "30m"}, "exemplars": {"max_exemplars": 5}},
              "tracing": {"endpoint": "e:1", "client_type": "grpc", "sampling_fraction": 0.5, "insecure": True, "headers": {"a": "b"},
                          "compression": "gzip", "timeout": "5s", "tls_config": TLS}},
    {"global": {"scrape_protocols": ["PrometheusProto", "OpenMetricsText1.0.0"], "metric_name_validation_scheme": "utf8",
                        "metric_name_escaping_scheme": "allow-utf-8", "always_scrape_classic_histograms": True,
                        "convert_classic_histograms_to_nhcb": True, "rule_query_offset": "1m", "keep_dropped_targets": 3,
                        "body_size_limit": "1MB", "sample_limit": 5, "label_limit": 3, "label_name_length_limit": 4,
                        "label_value_length_limit": 5, "target_limit": 6,
                        "scrape_failure_log_file": "f", "external_labels": {"a.b": "c"}},
             "runtime": {"gogc": 50}, "scrape_config_files": ["s/*.yml"],
             "otlp": {"promote_resource_attributes": ["a", "b"], "translation_strategy": "NoUTF8EscapingWithSuffixes",
                      "keep_identifying_resource_attributes": True, "convert_histograms_to_nhcb": True},
             "scrape_configs": [{"job_name": "n", "scrape_protocols": ["PrometheusText0.0.4"], "fallback_scrape_protocol": "OpenMetricsText0.0.1",
                                 "enable_compression": False, "track_timestamps_staleness": True, "native_histogram_bucket_limit": 5,
                                 "native_histogram_min_bucket_factor": 1.1, "keep_dropped_targets": 2, "no_proxy": "x",
                                 "proxy_url": "http://p:1", "proxy_from_environment": False, "http_headers": {"X-B": {"values": ["v"], "secrets": ["s"], "files": ["f"]}},
                                 "metric_name_validation_scheme": "legacy", "metric_name_escaping_scheme": "underscores",
                                 "static_configs": STATIC}],
             "remote_write": [{"url": "http://w/z", "protobuf_message": "io.prometheus.write.v2.Request", "round_robin_dns": True,
                               "queue_config": {"sample_age_limit": "5m"}}],
             "remote_read": [{"url": "http://r/z", "chunked_read_limit": 5}]},
]

NAMES = ["a-b", "a.b", "1a", "", "é", "__x", "__name__", "foo", "job_name", "url", "labels", "targets", "port", "role", "basic_auth"]
VALUES = ["http://h:1/x", "h:1", ":", "ftp://x", "http://", "/x", "$1", "${1}_x", "a-b", "a.b", "(", "1e3", "0x10", "1_0", "1GB", "1gb", "0", "1w2d",
          "5m0s", " 5s", "TLS13", "v1", "v2", "True", "yes", "~", "2001-01-01", "PrometheusProto", {"names": ["n"]}, [["a"]], [{}], [1], {"a-b": "c"},
          {"a": 1}, {"a": None}, {1: "b"}, {"": "x"}, ["a", None], [None], [""], [None, "a"], "a in (b", "a in (b)", "a notin (),!b", "!a=b", "a=b=c", "a!=b,", "a>b",
          "x.y/a_b", "a\\,=b", "a=b\\", "node", "endpoints", "RS256", 1e300, 2**63, 2**64, -(2**63), float("nan")]


def mutate(base, draw):
    configurations.PALETTE, configurations.NAMES = PALETTE, NAMES
    return configurations.mutate(base, draw)


PALETTE = configurations.PALETTE + VALUES


def run(command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def cases(arguments, good):
    """Each base, then changes of those that are good, which is known when the last of them has been tried."""
    yield from BASES
    draw = random.Random(arguments.seed)
    bases = [base for i, base in enumerate(BASES) if i in good]
    for _ in range(arguments.cases):
        case = mutate(draw.choice(bases), draw)
        if draw.random() < 0.2 and case:
            case = mutate(case, draw)
        if case:  # what kind of file it is, firedrill learns from its keys
            yield case


def compare(program, promtool, version, arguments, path):
    taken = refused = crashed = 0
    wrong = []
    good = set()
    for number, case in enumerate(cases(arguments, good)):
        path.write_text(configurations.text(case), encoding="utf-8")
        theirs = run([promtool, "check", "config", path])
        ours = run([program, "check", "--promql-version", oracles.VERSIONS[version], path])
        if "panic:" in theirs.stderr + theirs.stdout:
            crashed += 1
            continue
        # Built by Debian without some kinds of discovery.
        if any(f"field {kind} not found" in theirs.stderr for kind in DISCOVERY):
            continue
        expected = theirs.returncode == 0
        if expected and number < len(BASES):
            good.add(number)
        taken, refused = taken + expected, refused + (not expected)
        if ours.returncode == (0 if expected else 2):
            continue
        wrong.append(f"{version}, case {number}: promtool {'takes' if expected else 'refuses'} it\n{(theirs.stdout + theirs.stderr)[-300:]}"
                     f"---- firedrill, exit code {ours.returncode}:\n{ours.stdout[-200:]}{ours.stderr[-600:]}")
        if arguments.keep:
            arguments.keep.mkdir(exist_ok=True)
            (arguments.keep / f"{version}-{number}.yml").write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    print("\n".join(wrong[:arguments.show]))
    print(f"promtool {version}: {taken} taken, {refused} refused, {crashed} crashes of promtool; {len(wrong)} disagreements")
    return len(wrong)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seed", default="one")
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--keep", type=pathlib.Path)
    arguments = parser.parse_args()
    tools = oracles.find("promtool")
    wrong = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "rules.yaml").write_text("groups: []\n", encoding="utf-8")
        (folder / "t.yml").write_text("- targets: ['t:1']\n", encoding="utf-8")
        (folder / "q").write_text("", encoding="utf-8")
        for version, promtool in tools.items():
            wrong += compare(str(pathlib.Path(arguments.program).resolve()), promtool, version, arguments, folder / "prometheus.yml")
    return 1 if wrong or not tools else 0


if __name__ == "__main__":
    sys.exit(main())
