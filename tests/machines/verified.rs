//! A server is believed only if an authority that is trusted says that it is the one it was asked
//! for; and a password is told to nobody.

use crate::cluster::{Cluster, run};
use crate::shop::{address, furnish, make_log, open, pay};
use escrowdb::journal::postgres::status;
use escrowdb::{Error, Status};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

const SECRET: &str = "correct-horse-4711";

/// Makes an authority, and a certificate of it for `localhost`.
fn make_certificates(folder: &Path) {
    let openssl = |arguments: &[&str]| {
        run(Command::new("openssl").current_dir(folder).args(arguments));
    };
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    for name in ["ca", "other"] {
        let (out, keyout) = (format!("{name}.pem"), format!("{name}.key"));
        let subject = format!("/CN=authority {name}");
        let arguments = ["req", "-x509", "-days", "2", "-subj", &subject, "-out", &out];
        openssl(&[&arguments[..], &["-keyout", &keyout], &key].concat());
    }
    let arguments = ["req", "-subj", "/CN=server", "-out", "server.csr", "-keyout", "server.key"];
    openssl(&[&arguments[..], &key].concat());
    fs::write(folder.join("names"), "subjectAltName=DNS:localhost\n").unwrap();
    openssl(&[
        "x509",
        "-req",
        "-in",
        "server.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        "names",
        "-out",
        "server.pem",
    ]);
}

#[test]
fn a_server_is_verified_and_a_password_is_shown_nowhere() {
    let Some(cluster) = Cluster::new() else { return };
    let mut server = cluster.primary("a", &[]);
    let url = server.create_database("shop");
    let mut client = server.client("postgres");
    client.batch_execute(&format!("CREATE ROLE shop LOGIN PASSWORD '{SECRET}'")).unwrap();
    client.batch_execute("GRANT CREATE ON DATABASE shop TO shop").unwrap();
    drop((client, url));
    let folder = cluster.path().join("certificates");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    make_certificates(&folder);
    server.use_certificate(&folder.join("server.pem"), &folder.join("server.key"));

    let port = server.port;
    let file = |name: &str| folder.join(name).display().to_string();
    let url = |host: &str, password: &str, authority: &str| {
        format!("postgres://shop:{password}@{host}:{port}/shop?sslrootcert={}", file(authority))
    };
    let good = url("localhost", SECRET, "ca.pem");
    make_log(&good, &[], 0);
    let store = open(&cluster.path().join("shop"), &good).unwrap();
    furnish(&store);
    assert_eq!(pay(&store, 1).unwrap(), Status::APPLIED);
    store.close().unwrap();

    let said = |error: Error| {
        let all = format!("{error} {error:?}");
        assert!(!all.contains(SECRET), "{all}");
        all
    };
    let fails = |url: &str| said(open(&cluster.path().join("other"), url).map(drop).unwrap_err());
    // The wrong authority, the wrong name, no encryption, the wrong password.
    assert!(fails(&url("localhost", SECRET, "other.pem")).contains("certificate"));
    assert!(fails(&url("127.0.0.1", SECRET, "ca.pem")).contains("certificate"));
    let plain = format!("postgres://shop:{SECRET}@localhost:{port}/shop?sslmode=disable");
    assert!(fails(&plain).contains("28000"));
    assert!(fails(&url("localhost", &format!("{SECRET}-not"), "ca.pem")).contains("28P01"));

    // The command takes no password where others see it, and shows none.
    let escrowdb = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_escrowdb"))
            .args(arguments)
            .env("ESCROWDB_LOG", &good)
            .output()
            .unwrap()
    };
    let refused = escrowdb(&["replicate", "status", &good]);
    let words = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{words}");
    assert!(words.contains("PGPASSWORD") && !words.contains(SECRET), "{words}");
    let shown = escrowdb(&["replicate", "status"]);
    let words = String::from_utf8([shown.stdout, shown.stderr].concat()).unwrap();
    assert!(shown.status.success() && !words.contains(SECRET), "{words}");
    let seen = status(&address(&good)).unwrap();
    assert!(words.contains(&format!("last block {}", seen.last)), "{words}");
    let again = escrowdb(&["replicate", "init", "--without-standbys"]);
    let words = String::from_utf8(again.stderr).unwrap();
    assert_eq!(again.status.code(), Some(2), "{words}");
    assert!(!words.contains(SECRET), "{words}");
}
