"""Serves the authority of authority.yml over loopback at a fixed time, until standard input
ends. Called with the folder of the keys and the time; the first line it prints is its port."""

import sys
import threading
from datetime import datetime

from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import CertomancerConfig
from werkzeug.serving import make_server

config, keys, time = sys.argv[1:]
architectures = CertomancerConfig.from_file(config, keys).pki_archs
application = Animator(
    AnimatorArchStore(architectures), datetime.fromisoformat(time), with_web_ui=False
)
server = make_server("127.0.0.1", 0, application)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.port, flush=True)
sys.stdin.read()
