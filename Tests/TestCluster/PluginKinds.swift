package import KubeJSON
import KubeModel
import KubeYAML

/// The definitions of kinds that network plugins bring, with the fields that say where pods get their addresses from.
package enum PluginKinds {
    /// Cilium's.
    package static let ciliumNodes = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: ciliumnodes.cilium.io}
        spec:
          group: cilium.io
          scope: Cluster
          names:
            kind: CiliumNode
            listKind: CiliumNodeList
            plural: ciliumnodes
            singular: ciliumnode
            shortNames: [cn, ciliumn]
            categories: [cilium]
          versions:
            - name: v2
              served: true
              storage: true
              subresources: {status: {}}
              schema:
                openAPIV3Schema:
                  type: object
                  required: [metadata, spec]
                  properties:
                    spec: {type: object, x-kubernetes-preserve-unknown-fields: true}
                    status: {type: object, x-kubernetes-preserve-unknown-fields: true}

        """

    /// Calico's.
    package static let blockAffinities = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: blockaffinities.crd.projectcalico.org}
        spec:
          group: crd.projectcalico.org
          scope: Cluster
          preserveUnknownFields: false
          names:
            kind: BlockAffinity
            listKind: BlockAffinityList
            plural: blockaffinities
            singular: blockaffinity
          versions:
            - name: v1
              served: true
              storage: true
              schema:
                openAPIV3Schema:
                  type: object
                  properties:
                    spec:
                      type: object
                      required: [cidr, deleted, node, state]
                      properties:
                        cidr: {type: string}
                        deleted: {type: string}
                        node: {type: string}
                        state: {type: string}
                        type: {type: string}

        """

    /// Calico's of later versions.
    package static let laterBlockAffinities = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: blockaffinities.projectcalico.org}
        spec:
          group: projectcalico.org
          scope: Cluster
          preserveUnknownFields: false
          names:
            kind: BlockAffinity
            listKind: BlockAffinityList
            plural: blockaffinities
            singular: blockaffinity
          versions:
            - name: v3
              served: true
              storage: true
              schema:
                openAPIV3Schema:
                  type: object
                  properties:
                    spec:
                      type: object
                      required: [cidr, node, state]
                      properties:
                        cidr: {type: string}
                        deleted: {type: boolean}
                        node: {type: string}
                        state: {type: string}
                        type: {type: string}

        """

    /// The first object of a manifest; null where there is none.
    package static func object(_ text: String) -> JSONValue {
        ManifestReader(text: text, file: "plugin.yaml").objects.first?.json ?? .null
    }

    /// A node's networks in Cilium's mode `cluster-pool`, as its operator writes them.
    package static func ciliumNode(_ name: String, _ podCIDRs: String) -> String {
        """
        apiVersion: cilium.io/v2
        kind: CiliumNode
        metadata: {name: \(name)}
        spec:
          addresses: [{ip: 10.0.0.1, type: InternalIP}]
          alibaba-cloud: {}
          azure: {}
          eni: {}
          ipam: {podCIDRs: [\(podCIDRs)], pools: {}}

        """
    }

    /// A node's block, as later versions of Calico write it.
    package static func laterBlockAffinity(_ node: String, _ cidr: String, deleted: Bool = false) -> String {
        """
        apiVersion: projectcalico.org/v3
        kind: BlockAffinity
        metadata: {name: \(node)-\(String(cidr.map { "./:".contains($0) ? "-" : $0 }))}
        spec: {cidr: "\(cidr)", deleted: \(deleted), node: \(node), state: confirmed, type: host}

        """
    }

    /// A node's block, as Calico writes it.
    package static func blockAffinity(
        _ node: String,
        _ cidr: String,
        state: String = "confirmed",
        deleted: String = "false"
    ) -> String {
        """
        apiVersion: crd.projectcalico.org/v1
        kind: BlockAffinity
        metadata: {name: \(node)-\(String(cidr.map { "./:".contains($0) ? "-" : $0 }))}
        spec: {cidr: "\(cidr)", deleted: "\(deleted)", node: \(node), state: \(state), type: host}

        """
    }
}
