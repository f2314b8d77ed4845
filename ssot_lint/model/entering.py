"""Classes of libraries of which it is known that ``with`` gives the object that is entered itself. Data."""

from __future__ import annotations

ENTERED = frozenset(
    "pathlib.Path socket.socket subprocess.Popen sqlite3.Connection zipfile.ZipFile tarfile.TarFile mmap.mmap"
    " smtplib.SMTP smtplib.SMTP_SSL ftplib.FTP imaplib.IMAP4 poplib.POP3 http.client.HTTPResponse"
    " concurrent.futures.Executor concurrent.futures.ThreadPoolExecutor concurrent.futures.ProcessPoolExecutor"
    " contextlib.ExitStack contextlib.AsyncExitStack multiprocessing.pool.Pool asyncio.TaskGroup asyncio.Runner"
    " sqlalchemy.orm.Session sqlalchemy.orm.session.Session sqlalchemy.ext.asyncio.AsyncSession"
    " sqlalchemy.engine.Connection sqlalchemy.Connection sqlmodel.Session"
    " requests.Session requests.sessions.Session httpx.Client httpx.AsyncClient aiohttp.ClientSession"
    " redis.Redis redis.StrictRedis redis.asyncio.Redis redis.client.Redis redis.client.Pipeline"
    " pymongo.MongoClient kafka.KafkaProducer".split()
)
"""A class that is not among them may give another thing, as ``threading.Lock`` and ``tempfile.TemporaryDirectory``
do."""
