"""What is put into inputs: values at the ends of ranges, and texts that something behind might take for more than text.
Everything here is a list in a fixed order, since a seed must mean the same case everywhere."""

NUMBERS = ["0", "-0", "1", "-1", "2", "3", "7", "10", "100", "1000", "0.5", "1e-9", "5e-324", "1e-400", "1e9", "1e15", "-1e15",
           "9007199254740993", "2147483648", "4294967296", "9223372036854775807", "-9223372036854775808",
           "9223372036854775808", "18446744073709551615", "18446744073709551616", "1e19", "1e308", "-1e308", "1e309", "NaN",
           ".nan", "Inf", "+Inf", "-Inf", ".inf", "-.inf", "0x10", "0x7fffffffffffffff", "0b1", "0o17", "017", "1_000",
           "1,5", "٣", "1e", "--1", "+1", "1.", ".5", "true", "null", "~", "", "''", '"1"']
JSON_NUMBERS = ["0", "-0", "1", "-1", "2", "7", "100", "0.5", "0.001", "1e-9", "5e-324", "1e9", "1e15", "-1e15", "9007199254740993",
                "4294967296", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551615",
                "18446744073709551616", "1e18", "-1e18", "1e308", "-1e308"]
DURATIONS = ["0s", "0", "1ms", "2ms", "500ms", "1s", "15s", "30s", "1m", "90s", "5m", "7m", "10m", "1h", "1d", "3d", "1w", "30d",
             "1y", "100y", "292y", "293y", "106751d", "106752d", "9223372036854775807ms", "9223372036854775808ms",
             "99999999999999999999s", "1h1ms", "1m1m", "1s1h", "-5m", "+5m", "1.5h", "5 m", "5M", "1µs", "1ns", "5min", "m",
             "5", "1e3s", "0.0s"]
PERCENTAGES = ["0%", "1%", "30%", "50%", "99.9%", "99.999999999999%", "100%", "100.0001%", "-1%", "1e9%", "NaN%", "%", "0.5",
               "1 %", "1e-300%", "110%"]
INSTANTS = ["1970-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "1600-01-01T00:00:00Z",
            "1677-09-21T00:12:00Z", "2026-02-28T23:59:00Z", "2026-02-30T00:00:00Z", "2024-02-29T12:00:00Z",
            "2026-03-03T13:30:00Z", "2026-03-03T13:30:00+14:00", "2026-03-03T13:30:00.000000001Z", "2026-03-03T24:00:00Z",
            "2026-12-31T23:59:60Z", "2026-03-03", "2026-03-03 13:30:00Z", "2262-04-11T23:47:00Z", "2262-04-12T00:00:00Z",
            "2500-01-01T00:00:00Z", "9999-12-31T23:59:00Z", "10000-01-01T00:00:00Z", "292277026-01-01T00:00:00Z"]
TIMES = INSTANTS + ["0", "-1", "1", "1772544600", "1772544600.123", "1e10", "1e18", "-1e18", "1e308", "NaN", "Inf",
                    "9223372036854775807", "start", "end", "+0s", "+20m", "-5m", "start+10m", "start-1y", "end-5m", "end+5m",
                    "end+292y", "start-292y", "+", "start+", "middle", "", " ", "now"]
GOOD_TIMES = ["1772544600", "1772544600.123", "start", "end", "+0s", "+5m", "-1m", "start+10m", "end-5m", "end+5m", "start-1h",
              "2026-03-03T13:40:00Z"]
STEPS = ["1s", "15s", "30s", "1m", "5m", "1h", "1", "0.5", "0", "0s", "-1", "1ms", "0.001", "1e-9", "1y", "292y", "1e308",
         "NaN", "Inf", "x", ""]

YAML = ["&a ", "*a", "*b", "<<: *a", "<<: [*a, *a]", "!!binary ", "!!str ", "!!set ", "!!python/object:os.system ", "!x ", "---\n",
        "...\n", "%YAML 1.3\n---\n", "? ", "? [a]\n: b\n", "|\n  ", ">-\n  ", "|9\n", "[]", "{}", "[[[[[[[[[[", "{a: {a: {a: ",
        "- - - - ", "\t", "# ", "\ufeff", "~", "null", "'", '"', "''", '"\\', "@", "`", "%", "\r", "\r\n", "\n\n", ": ", ", ",
        "]", "}", "-", "- ", "\x00", "a: &x [*x]", "=", "0x", "yes", "On", "2026-03-03", "12:30:45"]
ESCAPES = ["\x1b[31m", "\x1b]8;;https://example.com\x07", "\x1b[2J", "\r", "\b\b\b", "\x00", "\x07", "\x7f", "\x9b31m", "\u009b31m",
           "\u202e", "\u2066", "\u200f", "\u061c", "\u2028", "\u2029", "\u0085", "\ufeff", "\ufffe", "\n", "\t", "\v", "\f",
           "\n::error::x\n", "::error file=a::x", "::stop-commands::x", "\n##[error]x", "##[group]", "%0A::warning::x",
           "\udcff", "\udcc0\udc80", "\udced\udca0\udc80", "\udcf0\udc9f", "<script>alert(1)</script>", "<img src=x onerror=a>",
           "]]>", "<![CDATA[", "--><b>", "&amp;", "&#0;", "\"'><", "@everyone", "[x](javascript:alert(1))",
           "![x](https://example.com/x)", "https://example.com/x", "|", "`", "```\n", "* ", "# ", "\\", "\\n", "\\u001b",
           "$(id)", "`id`", "; id", "${HOME}", "%s%n", "../", "/", "..", "~", "CON", "a" * 300, "é" * 200, "𝔘", "e\u0301" * 50]
TEMPLATES = ["{{ $labels.job }}", "{{ $value }}", "{{ $value | humanize }}", "{{ $externalLabels.x }}", "{{ .Labels }}", "{{",
             "}}", "{{ end }}", "{{ if }}", "{{ range query \"up\" }}{{ .Labels.instance }}{{ end }}",
             "{{ query \"up\" | first | value }}", "{{ query \"\" | first }}", "{{ with query \"up\" }}{{ . | first | label \"job\" }}{{ end }}",
             "{{ define \"x\" }}{{ template \"x\" }}{{ end }}{{ template \"x\" }}", "{{ template \"none\" }}", "{{ printf \"%99999999d\" 1 }}",
             "{{ printf \"%*d\" 99999999 1 }}", "{{ printf \"%.999999f\" 1.5 }}", "{{ printf \"%!\" }}", "{{ printf \"%x\" $value }}",
             "{{ index (query \"up\") 99 }}", "{{ slice \"abc\" 2 1 }}", "{{ len 3 }}", "{{ 1e400 }}", "{{ 9223372036854775808 }}",
             "{{ humanizeDuration 1e308 }}", "{{ humanizeTimestamp 1e308 }}", "{{ humanizePercentage \"NaN\" }}",
             "{{ \"9e99999\" | humanize }}", "{{ humanize1024 -1e300 }}", "{{ toTime $value }}", "{{ parseDuration \"292y\" }}",
             "{{ reReplaceAll \"(\" \"x\" \"y\" }}", "{{ reReplaceAll \"(a*)*\" \"$1$1$1\" \"aaaaaaaa\" }}", "{{ match \"(\" \"x\" }}",
             "{{ title \"ß\" }}", "{{ stripPort \"[::1]:9\" }}", "{{ stripDomain \"a.b\" }}", "{{ graphLink \"up\" }}",
             "{{ tableLink \"\" }}", "{{ externalURL }}", "{{ pathPrefix }}", "{{ sortByLabel \"x\" (query \"up\") }}",
             "{{ args 1 2 3 }}", "{{ safeHtml \"<b>\" }}", "{{ `\x1b[31m` }}", "{{ \"\\x00\" }}", "{{- /* */ -}}", "{{ /* }}",
             "{{ $x := 1 }}{{ $x = \"a\" }}{{ $x }}", "{{ break }}", "{{ range $i, $e := query \"up\" }}{{ $i }}{{ else }}{{ end }}",
             "{{ eq 1 1.0 }}", "{{ lt \"a\" 1 }}", "{{ and }}", "{{ not }}", "{{ call query }}", "{{ html . }}", "{{ js . }}",
             "{{ urlquery . }}", "{{ print nil }}", "{{ nil }}", "{{ .X.Y.Z }}", "{{ $.Value }}", "{{ first nil }}"]
PROMQL = ["up", "up == 0", "sum(up)", "rate(http_requests_total[5m])", "sum by (job) (rate(http_requests_total{code=~\"5..\"}[1m]))",
          "up offset 5m", "up offset -292y", "up @ 0", "up @ 1e18", "up @ end()", "up[5m:1ms]", "up[292y:1ms]", "up[1h:0s]",
          "max_over_time(up[30m:1s])", "absent(x)", "absent_over_time(x[5m])", "label_replace(up, \"a\", \"$1\", \"job\", \"(.*)\")",
          "label_join(up, \"a\", \"\\xff\", \"job\")", "vector(1)", "scalar(up)", "time()", "1 / 0", "-1 % 0", "2 ^ 1024", "NaN", "Inf",
          "\"text\"", "\"\\x1b[31m\"", "\"\\u202e\"", "'::error::x'", "`a\n::error::b`", "sort_desc(up)", "topk(1e18, up)", "topk(-1, up)",
          "quantile(NaN, up)", "quantile_over_time(2, up[5m])", "count_values(\"\\xff\", up)", "count_values(\"a b\", up)",
          "histogram_quantile(0.9, rate(http_request_duration_seconds_bucket[5m]))", "predict_linear(up[5m], 1e18)",
          "deriv(up[5m])", "holt_winters(up[5m], 0.5, 0.5)", "double_exponential_smoothing(up[5m], 0, 2)", "round(up, 0)",
          "clamp(up, 1, 0)", "days_in_month(vector(1e18))", "year(vector(-1e18))", "hour(vector(NaN))", "up and on () up",
          "up * on (job) group_left (x) up", "up unless ignoring (job) up", "{__name__=~\".+\"}", "{job!=\"\"}", "{}",
          "{\"a.b\"}", "{\"up\", job=\"x\"}", "up{job=~\"(a|b|c){1000}\"}", "up{job=~\"((a{100}){100}){100}\"}", "up{__name__=\"x\"}",
          "up{a=\"b\",}", "sum(", ")", "[5m]", "{", "up{", "-", "1 +", "bool", "> bool", "== bool NaN", "(((((((((", "- - - - - up",
          "up or up or up", "sum(sum(sum(up)))", "# x", "avg without () (up)", "0x1p3", "1_000", "5m", "info(up)",
          "limitk(2, up)", "limit_ratio(-0.5, up)", "sort_by_label(up, \"job\")", "mad_over_time(up[5m])", "pi()", "start()", "step()"]
NAMES = ["a", "scenario.yaml", "-x", "--help", "--out", "-", " ", "a b", "a\nb", "\n::error::x", "::error::x", "##[error]x", "\x1b[31mred",
         "\u202eabc", "\u2028", "\udcff\udcfe", "é", "ünï", "*", "?", "[a]", "{a}", "a'b", 'a"b', "a\\b", "$HOME", "~", "%s", "<b>", "&",
         "[x](y)", "@x", "a" * 200, "é" * 100, "CON", "...", ".hidden", "inputs", "record.json", "series", "nul\x7f", "\x01", "a\tb",
         "https:x", "_", "|x|", "`x`"]
# What a stranger's file may point at. @FOREIGN@ becomes the folder beside the checkout that nobody may touch or show.
PATHS = ["../foreign/settings.yml", "../../foreign/settings.yml", "../../../foreign/rules.yml", "@FOREIGN@/settings.yml",
         "@FOREIGN@/credentials", "@FOREIGN@/app.env", "@FOREIGN@/rules.yml", "@FOREIGN@/*.yml", "@FOREIGN@/deep/topology.yaml",
         "@FOREIGN@/setings.yml", "@FOREIGN@", "@FOREIGN@/link", "@FOREIGN@/scenario", "@FOREIGN@/pipe", "outward/settings.yml",
         "outward/*", "outward.yml", "loop", "loop/x", "pipe", "/proc/self/environ", "/proc/self/maps", "/dev/zero", "/dev/stdin",
         "/dev/tty", "/dev/full", "/etc/passwd", "/", "/root", ".", "..", "", " ", "/*/*/*/*", "**", "*", "./././.", "a/../../..",
         "/dev/fd/0", "/proc/self/fd/1", "x" * 300, "x/" * 200, "\x00", "a\nb", "\udcff", "~", "$HOME", "https://example.com/x.yml"]
