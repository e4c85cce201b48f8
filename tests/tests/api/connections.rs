//! Idle connections of one address do not keep others from being served.

use balabaqsha_api::config::Settings;
use balabaqsha_shared::endpoint;
use balabaqsha_tests::{Engine, TestApp, over_http_with};
use std::{
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroUsize,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

const OF_ADDRESS: usize = 5;

/// A connection from one of the addresses of this machine.
async fn connect(app: &TestApp, last: u8) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    let from = SocketAddr::from((Ipv4Addr::new(127, 0, 0, last), 0));
    socket.bind(from).unwrap();
    let to = app.process.base().strip_prefix("http://").unwrap();
    socket.connect(to.parse().unwrap()).await.unwrap()
}

/// What the service answers; nothing where it has closed the connection.
async fn ask(connection: &mut TcpStream) -> String {
    let question = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    if connection.write_all(question).await.is_err() {
        return String::new();
    }
    let mut answer = Vec::new();
    while !answer.ends_with(b"ok\n") {
        let mut part = [0; 1024];
        match connection.read(&mut part).await {
            Ok(0) | Err(_) => break,
            Ok(length) => answer.extend_from_slice(&part[..length]),
        }
    }
    String::from_utf8(answer).unwrap().to_lowercase()
}

/// Whether the service has closed it.
async fn is_closed(connection: &mut TcpStream) -> bool {
    matches!(connection.read(&mut [0; 1]).await, Ok(0) | Err(_))
}

/// A connection on which somebody listens.
async fn listen(app: &TestApp, last: u8) -> TcpStream {
    let mut connection = connect(app, last).await;
    let question = format!(
        "GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n",
        endpoint::CHANGES
    );
    connection.write_all(question.as_bytes()).await.unwrap();
    let mut start = [0; 12];
    connection.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 200");
    connection
}

fn few(settings: &mut Settings) {
    settings.limits.connections = NonZeroUsize::new(1_000);
    settings.limits.connections_of_address = NonZeroUsize::new(OF_ADDRESS);
}

#[test]
fn an_idle_connection_gives_its_place_to_whoever_comes() {
    over_http_with(Engine::Sqlite, few, async |app: &TestApp| {
        // They have asked nothing, or have their answer.
        let mut idle = Vec::new();
        for number in 0..OF_ADDRESS * 10 {
            let mut connection = connect(app, 2).await;
            if number % 2 == 0 {
                assert!(ask(&mut connection).await.contains("200 ok"), "{number}");
            }
            idle.push(connection);
        }
        for last in [2, 3] {
            let answer = ask(&mut connect(app, last).await).await;
            assert!(answer.contains("200 ok"), "{answer}");
            assert!(!answer.contains("connection: close"), "{answer}");
        }
        for connection in &mut idle[..OF_ADDRESS * 8] {
            assert!(is_closed(connection).await);
        }
    });
}

#[test]
fn one_address_does_not_take_all_connections() {
    over_http_with(Engine::Sqlite, few, async |app: &TestApp| {
        let mut busy = Vec::new();
        for _ in 0..OF_ADDRESS {
            busy.push(listen(app, 2).await);
        }
        for _ in 0..3 {
            assert_eq!(ask(&mut connect(app, 2).await).await, "");
        }
        let answer = ask(&mut connect(app, 3).await).await;
        assert!(answer.contains("200 ok"), "{answer}");
        // A place that was left is free again.
        busy.pop();
        while ask(&mut connect(app, 2).await).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
}

#[test]
fn when_connections_are_scarce_none_stays_open_after_its_answer() {
    let change = |settings: &mut Settings| {
        settings.limits.connections = NonZeroUsize::new(6);
        settings.limits.connections_of_address = NonZeroUsize::new(6);
    };
    over_http_with(Engine::Sqlite, change, async |app: &TestApp| {
        let mut idle = Vec::new();
        for number in 0..3 {
            let mut connection = connect(app, 2).await;
            let answer = ask(&mut connection).await;
            assert!(!answer.contains("connection: close"), "{number}: {answer}");
            idle.push(connection);
        }
        let mut fourth = connect(app, 3).await;
        let answer = ask(&mut fourth).await;
        assert!(answer.contains("200 ok") && answer.contains("connection: close"));
        assert!(is_closed(&mut fourth).await);
    });
}
