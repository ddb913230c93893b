{{/* Labels of an object, over those that it has: (list . LABELS). */}}
{{- define "martlet.labels" -}}
{{- $root := index . 0 -}}
{{- $ours := dict
      "app.kubernetes.io/part-of" "martlet"
      "app.kubernetes.io/managed-by" $root.Release.Service
      "helm.sh/chart" (printf "%s-%s" $root.Chart.Name ($root.Chart.Version | replace "+" "_")) -}}
{{- toYaml (merge $ours (index . 1) ($root.Values.commonLabels | default dict)) -}}
{{- end -}}

{{/* Labels of pods, which are none of the release's: an update of the chart alone restarts nothing. (list . LABELS) */}}
{{- define "martlet.podLabels" -}}
{{- toYaml (merge (dict) (index . 1) ((index . 0).Values.commonLabels | default dict)) -}}
{{- end -}}

{{/*
The objects of a file under files/, which are those of ../../default, in the release's namespace and with its labels:
(list . PATH). The accounts and the rights are left out where values say so.
*/}}
{{- define "martlet.objects" -}}
{{- $root := index . 0 -}}
{{- $text := $root.Files.Get (index . 1) | replace "martlet-system" $root.Release.Namespace -}}
{{- range $document := splitList "\n---\n" $text }}
{{- $object := fromYaml $document }}
{{- $isAccount := eq $object.kind "ServiceAccount" }}
{{- $isRight := hasPrefix "rbac.authorization.k8s.io/" $object.apiVersion }}
{{- if not (or (and $isAccount (not $root.Values.serviceAccount.create)) (and $isRight (not $root.Values.rbac.create))) }}
{{- $labels := dict }}
{{- range $key, $value := $object.metadata.labels | default dict }}
{{- if or $root.Values.rbac.aggregate (not (hasPrefix "rbac.authorization.k8s.io/aggregate-to-" $key)) }}
{{- $_ := set $labels $key $value }}
{{- end }}
{{- end }}
{{- $_ := set $object.metadata "labels" (include "martlet.labels" (list $root $labels) | fromYaml) }}
{{- if and $isAccount $root.Values.serviceAccount.annotations }}
{{- $_ := set $object.metadata "annotations" $root.Values.serviceAccount.annotations }}
{{- end }}
---
{{ toYaml $object }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The image of a program: (list . "operator"). */}}
{{- define "martlet.image" -}}
{{- $root := index . 0 -}}
{{- $image := $root.Values.image -}}
{{- $repository := printf "%s/%s" $image.registry (get $image (index . 1)) -}}
{{- with get $image.digest (index . 1) -}}
{{- printf "%s@%s" $repository . -}}
{{- else -}}
{{- printf "%s:%s" $repository ($image.tag | default (printf "v%s" $root.Chart.AppVersion)) -}}
{{- end -}}
{{- end -}}

{{/* An address with a port: (list ADDRESS PORT). */}}
{{- define "martlet.listen" -}}
{{- $address := index . 0 -}}
{{- if contains ":" $address }}{{ $address = printf "[%s]" $address }}{{ end -}}
{{- printf "%s:%d" $address (int (index . 1)) -}}
{{- end -}}

{{/* Refuses one port for both listeners of a program: (list SECTION NAME). */}}
{{- define "martlet.ports" -}}
{{- $own := index . 0 -}}
{{- if eq (int $own.adminPort) (int $own.healthPort) -}}
{{- fail (printf "%s.adminPort and %s.healthPort are both %d: two listeners need two ports" (index . 1) (index . 1) (int $own.adminPort)) -}}
{{- end -}}
{{- end -}}

{{/* Flags that operator and speakers share: (list . SECTION). None for what is as the programs have it by themselves. */}}
{{- define "martlet.args" -}}
{{- $root := index . 0 -}}
{{- $own := index . 1 -}}
{{- with $root.Values.admin }}
{{- if .plain }}
{{- if .tls.secretName }}{{ fail "admin.plain serves without TLS, so admin.tls.secretName cannot go with it" }}{{ end }}
- --admin-plain
{{- else if .tls.secretName }}
- --admin-certificate=/etc/martlet/tls/tls.crt
- --admin-key=/etc/martlet/tls/tls.key
{{- end }}
{{- end }}
{{- if ne $own.logLevel "info" }}
- --log-level={{ $own.logLevel }}
{{- end }}
{{- if ne $root.Values.logFormat "text" }}
- --log-format={{ $root.Values.logFormat }}
{{- end }}
{{- range $own.serviceCIDRs }}
- --service-cidr={{ . }}
{{- end }}
{{- if ne (toJson $root.Values.loadBalancerClass) `["martlet.dev/bgp"]` }}
{{- range $root.Values.loadBalancerClass }}
- --load-balancer-class={{ . }}
{{- end }}
{{- end }}
{{- if not $root.Values.handleUnclassed }}
- --unclassed=false
{{- end }}
{{- end -}}

{{/* Variables that operator and speakers share: (list . SECTION). */}}
{{- define "martlet.env" -}}
{{- $root := index . 0 -}}
{{- with $root.Values.kubernetesServiceHost }}
- name: KUBERNETES_SERVICE_HOST
  value: {{ . | quote }}
{{- end }}
{{- with $root.Values.kubernetesServicePort }}
- name: KUBERNETES_SERVICE_PORT
  value: {{ . | quote }}
{{- end }}
{{- with (index . 1).extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Where a program finds its token, and its certificate. */}}
{{- define "martlet.mounts" -}}
- name: api-access
  mountPath: /var/run/secrets/kubernetes.io/serviceaccount
  readOnly: true
{{- if .Values.admin.tls.secretName }}
- name: tls
  mountPath: /etc/martlet/tls
  readOnly: true
{{- end }}
{{- end -}}

{{/* A token of an hour for this pod alone, which the kubelet renews; the volume that Kubernetes adds by itself has one of a year. */}}
{{- define "martlet.volumes" -}}
- name: api-access
  projected:
    sources:
      - serviceAccountToken:
          path: token
          expirationSeconds: 3600
      - configMap:
          name: kube-root-ca.crt
          items:
            - key: ca.crt
              path: ca.crt
      - downwardAPI:
          items:
            - path: namespace
              fieldRef:
                fieldPath: metadata.namespace
{{- with .Values.admin.tls.secretName }}
- name: tls
  secret:
    secretName: {{ . }}
{{- end }}
{{- end -}}
