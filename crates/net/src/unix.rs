//! What names a path: bind, listen and connect of UNIX streams.
//!
//! The guest's path is one of the host, and the policy decides on its text. That no link leads the system elsewhere is
//! asked of the [`Kernel`]; that a guest cannot remove the file is because it can name none, but in a directory it has.

use std::sync::OnceLock;

use iwasm_abi::Errno;
use iwasm_policy::{PathPermit, PathUse, UnixBind, UnixConnect, UnixPath};

use crate::life::State;
use crate::patience::Waiting;
use crate::{Address, Caller, Fail, Family, Kernel, Socket};

/// The names that the guest gave a UNIX socket's ends. The system may know other ones for them, by which it got there.
#[derive(Default)]
pub(crate) struct Paths {
    own: OnceLock<UnixPath>,
    peer: OnceLock<UnixPath>,
}

impl<K: Kernel> Socket<K> {
    /// The path that the guest bound it to.
    pub(crate) fn own_path(&self) -> Option<&UnixPath> {
        self.paths.as_ref()?.own.get()
    }

    /// The path that the guest connected it to.
    pub(crate) fn peer_path(&self) -> Option<&UnixPath> {
        self.paths.as_ref()?.peer.get()
    }

    /// An accepted socket has its listener's path.
    pub(crate) fn came_to(&self, listener: &Self) {
        if let (Some(paths), Some(own)) = (&self.paths, listener.own_path()) {
            let _ = paths.own.set(own.clone());
        }
    }

    fn paths(&self) -> Result<&Paths, Errno> {
        self.paths.as_deref().ok_or(Errno::Afnosupport)
    }
}

impl<K: Kernel> Caller<'_, K> {
    fn permit_path<U: PathUse>(&self, path: &UnixPath) -> Result<PathPermit<U>, Errno> {
        let permit = self.net.policy.permit_path(path);
        permit.map_err(|denial| self.denied(&denial))
    }

    pub(crate) fn bind_path(&self, socket: &Socket<K>, at: &UnixPath) -> Result<(), Errno> {
        let paths = socket.paths()?;
        if socket.is_paired() {
            return Err(Errno::Inval);
        }
        let permit = self.permit_path::<UnixBind>(at)?;
        let _alone = socket.alone();
        self.kernel().bind_path(&socket.handle, permit.path())?;
        let _ = paths.own.set(at.clone());
        socket.state.step(State::Fresh, State::Bound);
        Ok(())
    }

    /// May the socket take connections at its path? Without one it cannot: EINVAL.
    pub(crate) fn may_listen_path(&self, socket: &Socket<K>) -> Result<(), Errno> {
        if !matches!(socket.state.get(), State::Bound | State::Listening) {
            return Err(Errno::Inval);
        }
        let Address::Unix(at) = self.local(socket)? else {
            return Err(Errno::Inval);
        };
        self.permit_path::<UnixBind>(&at).map(drop)
    }

    pub(crate) fn connect_path(&self, socket: &Socket<K>, to: &UnixPath) -> Result<(), Fail> {
        let paths = socket.paths()?;
        if socket.is_paired() {
            return Err(Errno::Isconn.into());
        }
        let permit = self.permit_path::<UnixConnect>(to)?;
        match self.deadline(socket, Waiting::Connect)? {
            Some(deadline) => self.connect_path_by(socket, permit.path(), deadline)?,
            // An interrupted connect to a path has not begun: it waits for room in the listener's queue.
            None => self
                .net
                .stop
                .blocking(|| self.kernel().connect_path(&socket.handle, permit.path()))?,
        }
        let _ = paths.peer.set(to.clone());
        socket.state.step(State::Fresh, State::Connected);
        Ok(())
    }

    /// What a message to a path is answered, as Linux does: a stream has one peer (EISCONN), or none yet (ENOTSUP). The
    /// path is judged all the same, so that no call names what it may not reach.
    pub fn send_to_path(&self, socket: &Socket<K>, to: &UnixPath) -> Errno {
        if socket.family != Family::Unix {
            return Errno::Afnosupport;
        }
        if let Err(denied) = self.permit_path::<UnixConnect>(to) {
            return denied;
        }
        match self.remote(socket) {
            Ok(_) => Errno::Isconn,
            Err(_) => Errno::Notsup,
        }
    }
}
