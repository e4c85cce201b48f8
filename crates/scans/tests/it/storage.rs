//! One suite for every place where scans can be kept: a folder, and a bucket of S3. The bucket is one of
//! `moto_server` (PyPI `moto[server]`); where that is not installed the test says so and ends.

use balabaqsha_scans::{Keys, Part, S3, SealError, Storage, Vault, VaultError};
use std::{
    env,
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

/// Everything that the service relies on, wherever scans are kept.
async fn suite(storage: impl Fn() -> Storage, keys: &Path) {
    let open = || Vault::open(storage(), keys, Keys::open(keys).unwrap()).unwrap();
    Keys::create(keys).unwrap();
    let vault = open();
    let pages = [b"first page".to_vec(), b"second page".to_vec()];
    let sealed = vault.put("scan-1", b"original", &pages).await.unwrap();
    let get = async |part| vault.get("scan-1", &sealed, part).await.unwrap();
    assert_eq!(get(Part::Original).await, b"original");
    assert_eq!(get(Part::Page(1)).await, b"first page");
    assert_eq!(get(Part::Page(2)).await, b"second page");
    // Another process, after the key was exchanged.
    let keys_now = Keys::add(keys).unwrap();
    let other = open();
    let anew = other.seal_anew("scan-1", &sealed).unwrap();
    assert_eq!(&anew.by, keys_now.newest_id());
    let page = other.get("scan-1", &anew, Part::Page(1)).await.unwrap();
    assert_eq!(page, b"first page");
    // The process of before reads the key file again.
    let page = vault.get("scan-1", &anew, Part::Page(2)).await.unwrap();
    assert_eq!(page, b"second page");
    // The same again under the name: a new key, and the old one opens nothing of it.
    let second = vault.put("scan-1", b"another", &pages).await.unwrap();
    let original = vault.get("scan-1", &second, Part::Original).await.unwrap();
    assert_eq!(original, b"another");
    let changed = vault.get("scan-1", &sealed, Part::Original).await;
    assert!(matches!(
        changed.unwrap_err(),
        VaultError::Seal(SealError::Changed)
    ));
    let missing = vault.get("scan-2", &second, Part::Original).await;
    assert!(missing.is_err());
    vault.delete("scan-1", 2).await.unwrap();
    vault.delete("scan-1", 2).await.unwrap();
    for part in [Part::Original, Part::Page(1), Part::Page(2)] {
        let gone = vault.get("scan-1", &second, part).await.unwrap_err();
        assert!(matches!(gone, VaultError::Store(_)), "{gone}");
    }
}

#[tokio::test]
async fn a_folder_keeps_scans() {
    let folder = tempfile::tempdir().unwrap();
    let scans = folder.path().join("scans");
    let storage = || Storage::Folder(scans.clone());
    suite(storage, &folder.path().join("scans.key")).await;
}

/// A server that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// None, with the reason printed, where it is not installed.
fn moto(port: u16) -> Option<Server> {
    let named = env::var_os("BALABAQSHA_MOTO_SERVER");
    let program = named.unwrap_or_else(|| "moto_server".into());
    let port = port.to_string();
    let started = Command::new(&program)
        .args(["-H", "127.0.0.1", "-p", &port])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut server = match started {
        Ok(child) => Server(child),
        Err(error) => {
            println!("skipped: moto_server (PyPI moto[server]) cannot be run: {error}");
            return None;
        }
    };
    for _ in 0..300 {
        if TcpStream::connect(format!("127.0.0.1:{port}")).is_ok() {
            return Some(server);
        }
        if let Ok(Some(ended)) = server.0.try_wait() {
            println!("skipped: moto_server ends at once: {ended}");
            return None;
        }
        sleep(Duration::from_millis(100));
    }
    println!("skipped: moto_server does not listen");
    None
}

/// Makes the bucket; whoever runs the service makes theirs with the tools of its provider.
fn make_bucket(port: u16) {
    use std::io::{Read, Write};
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    let request = format!(
        "PUT /proofs HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-length: 0\r\n\
         connection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_bucket_keeps_scans() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let Some(_server) = moto(port) else {
        return;
    };
    make_bucket(port);
    let folder = tempfile::tempdir().unwrap();
    let storage = || {
        Storage::S3(S3 {
            bucket: "proofs".to_owned(),
            endpoint: Some(format!("http://127.0.0.1:{port}")),
            region: "us-east-1".to_owned(),
            access_key_id: "test".to_owned(),
            secret_access_key: "test".to_owned(),
        })
    };
    suite(storage, &folder.path().join("scans.key")).await;
}
