#include "CLinuxSockets.h"

#include <errno.h>
#include <linux/in6.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/tcp.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#ifndef IP_MINTTL
#define IP_MINTTL 21
#endif
#ifndef IPV6_MINHOPCOUNT
#define IPV6_MINHOPCOUNT 73
#endif

_Static_assert(sizeof(struct tcp_md5sig) == sizeof(struct martlet_tcp_md5sig), "the kernel's struct has this size");

_Static_assert(
    offsetof(struct tcp_info, tcpi_bytes_acked) + sizeof(uint64_t) == sizeof(struct martlet_tcp_info),
    "what is asked for is the last of what is read");

const int martlet_TCP_MD5SIG = TCP_MD5SIG;
const int martlet_TCP_MD5SIG_EXT = TCP_MD5SIG_EXT;
const int martlet_IP_PKTOPTIONS = IP_PKTOPTIONS;
const int martlet_IPV6_2292PKTOPTIONS = IPV6_2292PKTOPTIONS;
const int martlet_IPV6_RECVHOPLIMIT = IPV6_RECVHOPLIMIT;
const int martlet_IP_MINTTL = IP_MINTTL;
const int martlet_IPV6_MINHOPCOUNT = IPV6_MINHOPCOUNT;

struct martlet_tcp_md5sig martlet_make_tcp_md5sig(
    const struct sockaddr *address, socklen_t address_length, uint8_t prefix_length, const uint8_t *key, size_t length)
{
    struct tcp_md5sig signature;
    memset(&signature, 0, sizeof signature);
    if (address_length > sizeof signature.tcpm_addr) address_length = sizeof signature.tcpm_addr;
    memcpy(&signature.tcpm_addr, address, address_length);
    if (length > TCP_MD5SIG_MAXKEYLEN) length = TCP_MD5SIG_MAXKEYLEN;
    if (length > 0) memcpy(signature.tcpm_key, key, length);
    signature.tcpm_keylen = (uint16_t)length;
    signature.tcpm_flags = TCP_MD5SIG_FLAG_PREFIX;
    signature.tcpm_prefixlen = prefix_length;

    struct martlet_tcp_md5sig result;
    memcpy(&result, &signature, sizeof result);
    return result;
}

int martlet_arrival_ttl(struct martlet_packet_options options)
{
    _Alignas(struct cmsghdr) uint8_t bytes[sizeof options.bytes];
    memcpy(bytes, options.bytes, sizeof bytes);
    struct msghdr messages;
    memset(&messages, 0, sizeof messages);
    messages.msg_control = bytes;
    messages.msg_controllen = sizeof bytes;
    for (struct cmsghdr *message = CMSG_FIRSTHDR(&messages); message != NULL && message->cmsg_len != 0;
         message = CMSG_NXTHDR(&messages, message)) {
        if (message->cmsg_len < CMSG_LEN(sizeof(int))) continue;
        if ((message->cmsg_level == IPPROTO_IP && message->cmsg_type == IP_TTL)
            || (message->cmsg_level == IPPROTO_IPV6 && message->cmsg_type == IPV6_HOPLIMIT)) {
            int ttl;
            memcpy(&ttl, CMSG_DATA(message), sizeof ttl);
            return ttl;
        }
    }
    return -1;
}

uint64_t martlet_acknowledged_octets(struct martlet_tcp_info info)
{
    uint64_t octets;
    memcpy(&octets, info.bytes + sizeof info.bytes - sizeof octets, sizeof octets);
    return octets;
}

struct martlet_interface_name martlet_make_interface_name(const char *name)
{
    struct martlet_interface_name result;
    memset(&result, 0, sizeof result);
    size_t length = strlen(name);
    if (length > sizeof result.bytes - 1) length = sizeof result.bytes - 1;
    memcpy(result.bytes, name, length);
    return result;
}

uint32_t martlet_scope(const struct sockaddr *address, socklen_t address_length)
{
    if (address->sa_family != AF_INET6 || address_length < sizeof(struct sockaddr_in6)) return 0;
    return ((const struct sockaddr_in6 *)address)->sin6_scope_id;
}

size_t martlet_source(const struct sockaddr *address, socklen_t address_length, uint8_t source[16])
{
    int descriptor = socket(address->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return 0;
    struct sockaddr_storage own;
    socklen_t own_length = sizeof own;
    size_t length = 0;
    if (connect(descriptor, address, address_length) == 0
        && getsockname(descriptor, (struct sockaddr *)&own, &own_length) == 0) {
        if (own.ss_family == AF_INET) {
            length = 4;
            memcpy(source, &((struct sockaddr_in *)&own)->sin_addr, length);
        } else if (own.ss_family == AF_INET6) {
            length = 16;
            memcpy(source, &((struct sockaddr_in6 *)&own)->sin6_addr, length);
        }
    }
    close(descriptor);
    return length;
}

int martlet_open_rtnetlink(int follows)
{
    int kind = SOCK_RAW | SOCK_CLOEXEC | (follows ? SOCK_NONBLOCK : 0);
    int descriptor = socket(AF_NETLINK, kind, NETLINK_ROUTE);
    if (descriptor < 0) return -1;
    // Bursts wait here; as much as the system lets anybody have.
    int size = 1 << 20;
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    // The kernel answers a request at once; whatever is wrong when it does not, nobody waits for ever.
    struct timeval patience = {.tv_sec = 5};
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    struct sockaddr_nl address;
    memset(&address, 0, sizeof address);
    address.nl_family = AF_NETLINK;
    if (follows) {
        address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
    }
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0) return descriptor;
    int problem = errno;
    close(descriptor);
    errno = problem;
    return -1;
}

int martlet_request_dump(int descriptor, uint16_t type)
{
    struct {
        struct nlmsghdr header;
        struct rtgenmsg body;
    } request;
    memset(&request, 0, sizeof request);
    request.header.nlmsg_len = NLMSG_LENGTH(sizeof request.body);
    request.header.nlmsg_type = type;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.body.rtgen_family = AF_UNSPEC;
    struct sockaddr_nl kernel;
    memset(&kernel, 0, sizeof kernel);
    kernel.nl_family = AF_NETLINK;
    ssize_t sent = sendto(
        descriptor, &request, request.header.nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof kernel);
    return sent == (ssize_t)request.header.nlmsg_len ? 0 : -1;
}
