"""The objects of a cluster with one node, `bench`, as an API server gives them."""
API = "martlet.dev/v2"


def metadata(name, uid, version=1, **more):
    return dict({"name": name, "uid": uid, "resourceVersion": str(version)}, **more)


def node():
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata("bench", "n")}


def node_config(peers, **instance):
    """One instance in AS 65001; peers are in AS 65000 and have the PeerConfig `tor` unless they say otherwise."""
    peers = [dict({"peerASN": 65000, "peerConfigRef": {"name": "tor"}}, **peer) for peer in peers]
    instance = dict({"name": "i", "localASN": 65001, "routerID": "10.0.0.1", "peers": peers}, **instance)
    return {"apiVersion": API, "kind": "BGPNodeConfig", "metadata": metadata("bench", "n", generation=1),
            "spec": {"bgpInstances": [instance]}}


def peer_config(port, name="tor"):
    return {"apiVersion": API, "kind": "BGPPeerConfig", "metadata": metadata(name, f"p-{name}", generation=1),
            "spec": {"transport": {"peerPort": port}, "families": [{"afi": "ipv4", "safi": "unicast", "advertisements": {}}]}}


def advertisement(*kinds):
    """Every service's addresses of some kinds."""
    return {"apiVersion": API, "kind": "BGPAdvertisement", "metadata": metadata("all", "a", generation=1),
            "spec": {"advertisements": [{"advertisementType": "Service", "selector": {}, "service": {"addresses": list(kinds)}}]}}


def address(number, first):
    return f"{first}.{number >> 16}.{number >> 8 & 255}.{number & 255}"


def pool(number, first):
    """A thousand and twenty-four addresses, the next after those of the pool before."""
    return {"apiVersion": API, "kind": "LoadBalancerIPPool", "metadata": metadata(f"pool-{number}", f"l{number}", generation=1),
            "spec": {"blocks": [{"cidr": f"{address(number << 10, first)}/22"}]}}


def service(number, namespace="default"):
    """One whose address is announced where it has an endpoint."""
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata(f"s{number}", f"s{number}", namespace=namespace),
            "spec": {"type": "LoadBalancer", "externalTrafficPolicy": "Local", "clusterIP": address(number, 100)},
            "status": {"loadBalancer": {"ingress": [{"ip": address(number, 20)}]}}}


def endpoint_slice(number, is_ready, version=1, namespace="default"):
    """Its endpoint on the node, ready or not, and one elsewhere."""
    def endpoint(node, ready):
        return {"addresses": ["10.0.0.1"], "nodeName": node, "conditions": {"ready": ready, "serving": ready, "terminating": False}}
    return {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
            "metadata": metadata(f"s{number}-x", f"e{number}", version, namespace=namespace,
                                 labels={"kubernetes.io/service-name": f"s{number}"}),
            "endpoints": [endpoint("bench", is_ready), endpoint("other", True)]}
