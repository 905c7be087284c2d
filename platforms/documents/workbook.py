def render(document): raise NotImplementedError
