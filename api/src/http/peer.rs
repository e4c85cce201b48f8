//! Whose request it is: the address of the client, behind proxies that are trusted.

use crate::config::Network;
use actix_web::{
    HttpRequest,
    http::header::{HeaderMap, X_FORWARDED_FOR},
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IPv6 addresses are counted by this prefix: a subscriber has at least a /64.
const IPV6_SUBSCRIBER_BITS: u32 = 64;

/// The client as limits see it.
pub fn client(request: &HttpRequest, trusted: &[Network]) -> IpAddr {
    let peer = request
        .peer_addr()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    subscriber(behind_proxies(peer, request.headers(), trusted))
}

/// The nearest address that is not a trusted proxy. Entries further left in `X-Forwarded-For` are
/// set by the client and ignored.
fn behind_proxies(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut nearest = peer;
    if !is_trusted(peer) {
        return nearest;
    }
    let hops: Vec<&str> = headers
        .get_all(X_FORWARDED_FOR)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for hop in hops.into_iter().rev() {
        let Ok(address) = hop.trim().parse() else {
            break;
        };
        nearest = address;
        if !is_trusted(address) {
            break;
        }
    }
    nearest
}

/// The address that stands for all addresses of one subscriber.
pub fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let mask = u128::MAX << (128 - IPV6_SUBSCRIBER_BITS);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn seen(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut request = TestRequest::default()
            .peer_addr(std::net::SocketAddr::new(peer.parse().unwrap(), 4000));
        for value in forwarded {
            request = request.append_header((X_FORWARDED_FOR, *value));
        }
        let trusted: Vec<Network> = trusted
            .iter()
            .map(|network| network.parse().unwrap())
            .collect();
        client(&request.to_http_request(), &trusted).to_string()
    }

    #[test]
    fn x_forwarded_for_of_an_untrusted_peer_is_ignored() {
        assert_eq!(seen("203.0.113.5", &["198.51.100.1"], &[]), "203.0.113.5");
        assert_eq!(
            seen("203.0.113.5", &["198.51.100.1"], &["10.0.0.0/8"]),
            "203.0.113.5"
        );
    }

    #[rstest::rstest]
    #[case(&["198.51.100.1"], "198.51.100.1")]
    #[case(&["1.1.1.1, 198.51.100.1"], "198.51.100.1")]
    #[case(&["1.1.1.1", "198.51.100.1, 10.1.1.1"], "198.51.100.1")]
    #[case(&["nonsense"], "10.0.0.1")]
    #[case(&["198.51.100.1, nonsense, 10.2.2.2"], "10.2.2.2")]
    #[case(&[], "10.0.0.1")]
    fn a_trusted_proxy_tells_the_nearest_stranger(
        #[case] forwarded: &[&str],
        #[case] expected: &str,
    ) {
        assert_eq!(seen("10.0.0.1", forwarded, &["10.0.0.0/8"]), expected);
    }

    #[test]
    fn ipv6_addresses_count_by_their_64_bit_prefix() {
        assert_eq!(seen("2001:db8:1:2:3:4:5:6", &[], &[]), "2001:db8:1:2::");
        assert_eq!(seen("::ffff:203.0.113.5", &[], &[]), "203.0.113.5");
    }
}
